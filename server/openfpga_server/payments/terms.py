"""What is asked of a payment: who is paid, in which token, on which chain, how much at least.

Tokens have six decimals, so that their smallest unit is a micro-dollar. Addresses, and the name and version
that EIP-712 signatures of each token are made for, are those of the token's contract on the chain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from openfpga_server.catalogue import MICRO

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class Asset:
    """A token with EIP-3009 and six decimals.

    Args:
        address: of its contract.
        name: of its EIP-712 domain.
        version: of its EIP-712 domain.
    """

    address: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Network:
    """A chain: its name in x402 version 1, its CAIP-2 id in version 2, and its USDC."""

    name: str
    caip2: str
    usdc: Asset


NETWORKS: Mapping[str, Network] = MappingProxyType(
    {
        network.name: network
        for network in (
            Network(
                "base",
                "eip155:8453",
                Asset("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "USD Coin", "2"),
            ),
            Network(
                "base-sepolia",
                "eip155:84532",
                Asset("0x036CbD53842c5426634e7929541eC2318f3dCF7e", "USDC", "2"),
            ),
            Network(
                "polygon",
                "eip155:137",
                Asset("0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359", "USD Coin", "2"),
            ),
            Network(
                "avalanche",
                "eip155:43114",
                Asset("0xB97EF9Ef8734C71904D8002F8b6Bc66Dd9c48a6E", "USD Coin", "2"),
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What this server asks of every payment.

    Args:
        pay_to: address that is paid.
        minimum_micro: micro-dollars that a request costs at least.
    """

    pay_to: str
    network: Network
    asset: Asset
    minimum_micro: int

    @classmethod
    def of(cls, *, pay_to: str, network: str, asset: str | None, price: Decimal) -> Terms:
        """Read settings.

        Args:
            pay_to: an address.
            network: a name of `NETWORKS` or its CAIP-2 id.
            asset: None: the network's USDC; else ``ADDRESS:NAME:VERSION`` of a token with six decimals.
            price: dollars that a request costs at least.

        Raises:
            ValueError: naming the setting and what would be right.
        """
        if not _ADDRESS.fullmatch(pay_to):
            raise ValueError(f"payments.pay_to is {pay_to!r}; expected an address, 0x and 40 hex digits")
        found = next((n for n in NETWORKS.values() if network in (n.name, n.caip2)), None)
        if found is None:
            raise ValueError(f"payments.network is {network!r}; expected one of {', '.join(NETWORKS)}")
        minimum = price * MICRO
        if minimum != int(minimum) or minimum < 1:
            raise ValueError(
                f"payments.price is {price}; expected dollars from 0.000001, to the micro-dollar"
            )
        return cls(pay_to, found, _asset(asset, found), int(minimum))


def _asset(text: str | None, network: Network) -> Asset:
    if text is None or text.lower() == network.usdc.address.lower():
        return network.usdc
    address, _, domain = text.partition(":")
    name, _, version = domain.rpartition(":")
    if not _ADDRESS.fullmatch(address) or not name or not version:
        raise ValueError(
            f"payments.asset is {text!r}; expected ADDRESS:NAME:VERSION of a token with EIP-3009 and six "
            f"decimals (name and version of its EIP-712 domain), or nothing for the USDC of {network.name}"
        )
    return Asset(address, name, version)
