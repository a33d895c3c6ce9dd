"""The x402 project's own client pays this server, in both versions of the protocol."""

from __future__ import annotations

import warnings

import pytest
from support.paying import Paying
from support.x402 import LocalFacilitator, Wallet, decoded

pytestmark = pytest.mark.clients


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/chat/completions"])
async def test_the_x402_client_pays_and_is_answered(
    sqlite_server: Paying, facilitator: LocalFacilitator, wallet: Wallet, version: int, path: str
) -> None:
    with warnings.catch_warnings():
        # Those of its own dependencies.
        warnings.simplefilter("ignore")
        httpx = pytest.importorskip("httpx")
        x402 = pytest.importorskip("x402", reason="make test-clients installs the x402 client")
        from x402.http.clients.httpx import x402AsyncTransport
        from x402.mechanisms.evm.exact import register_exact_evm_client
        from x402.mechanisms.evm.signers import EthAccountSigner

    body: dict[str, object] = {"model": "alphabet", "max_tokens": 5}
    body |= {"input": "abc"} if "embed" in path else {"messages": [{"role": "user", "content": "hello"}]}
    payer = x402.x402Client()
    register_exact_evm_client(payer, EthAccountSigner(wallet.account))

    class OneVersion(httpx.AsyncHTTPTransport):  # type: ignore[name-defined, misc]
        """Hides version 2's header, so that the client finds version 1's body."""

        async def handle_async_request(self, request: object) -> object:
            response = await super().handle_async_request(request)
            if version == 1:
                response.headers.pop("PAYMENT-REQUIRED", None)
            return response

    transport = x402AsyncTransport(payer, transport=OneVersion())
    async with httpx.AsyncClient(transport=transport) as http:
        response = await http.post(f"{sqlite_server.url}{path}", json=body)
    assert response.status_code == 200, response.text
    told = decoded(response.headers["X-PAYMENT-RESPONSE" if version == 1 else "PAYMENT-RESPONSE"])
    assert told["success"]
    amount = 100 if "embed" in path else 9 * 10 + 5 * 20
    assert facilitator.paid == {wallet.account.address: max(amount, 100)}
