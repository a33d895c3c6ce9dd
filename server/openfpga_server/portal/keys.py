"""/v1/portal/api-keys."""

from __future__ import annotations

import datetime as dt

import msgspec
from aiohttp import web

from openfpga_server.accounts.records import Conflict, Key, NotFound
from openfpga_server.errors import ApiError, bad_request
from openfpga_server.portal.access import accounts_of, asking_accounts, manager, visitor
from openfpga_server.portal.answers import answer, dollars
from openfpga_server.protocol.decode import read_struct
from openfpga_server.protocol.portal import (
    ApiKeyCreated,
    ApiKeyInfo,
    ApiKeyList,
    ApiKeyRevoked,
    CreateApiKeyRequest,
)
from openfpga_server.state import STATE, ServerState

_DECODER = msgspec.json.Decoder(CreateApiKeyRequest)
_EVER = (dt.date(1970, 1, 1), dt.date.max)


async def list_api_keys(request: web.Request) -> web.Response:
    """The account's keys.

    Those that are revoked are not among them; of each key only the last four characters are known.
    """
    principal = visitor(request)
    accounts = accounts_of(request)
    with asking_accounts():
        keys = await accounts.keys(user=principal.user)
    spent = await _spent(request.app[STATE], principal.user)
    return answer(ApiKeyList(data=[_info(key, spent.get(key.id, 0)) for key in reversed(keys)]))


async def create_api_key(request: web.Request) -> web.Response:
    """Make a key.

    Its text is told in this answer and never again.
    """
    principal, accounts, state = manager(request), accounts_of(request), request.app[STATE]
    asked = await read_struct(request, _DECODER, state.config.body_timeout)
    budget = None if asked.budget_usd is None else round(asked.budget_usd * 1_000_000)
    models = None if asked.models is None else _model_ids(asked.models, state)
    try:
        with asking_accounts():
            made = await accounts.create_key(
                asked.name, user=principal.user, kind=asked.kind, models=models, budget_micro=budget
            )
    except Conflict as error:
        raise ApiError(409, f"{error}.", code="too_many_keys") from error
    except ValueError as error:
        # All else is checked before: it is the name.
        raise bad_request(f"Invalid value for 'name': {error}.", "name", "invalid_value") from error
    key = made.info
    return answer(ApiKeyCreated(id=key.id, name=key.name, key=made.secret, created_at=key.created_at), 201)


async def revoke_api_key(request: web.Request) -> web.Response:
    """Revoke a key.

    Requests that begin after the answer are refused, on every server of this database; so is who signed in
    to the page with it.
    """
    principal, name, accounts = manager(request), request.match_info["key_id"], accounts_of(request)
    unknown = ApiError(404, f"There is no API key '{name[:100]}'.", code="key_not_found")
    # PostgreSQL's texts cannot have every character; ids have none of those.
    if not (name.isascii() and name.isprintable()):
        raise unknown
    try:
        with asking_accounts():
            await accounts.revoke_key(name, user=principal.user)
    except NotFound as error:
        raise unknown from error
    return answer(ApiKeyRevoked())


def _model_ids(names: list[str], state: ServerState) -> list[str]:
    """The ids behind names and aliases."""
    found = []
    for index, name in enumerate(names):
        try:
            card = state.registry.card(name)
        except ApiError as error:
            raise bad_request(error.message, f"models[{index}]", "invalid_value") from error
        found.append(card.alias_of or card.id)
    return found


async def _spent(state: ServerState, user: str) -> dict[str, int]:
    """Micro-dollars by key."""
    usage, spent = state.services.usage, dict[str, int]()
    if usage is not None:
        for share in await usage.shares(user, *_EVER):
            if share.key is not None:
                spent[share.key] = spent.get(share.key, 0) + share.sums.cost_micro
    return spent


def _info(key: Key, spent_micro: int) -> ApiKeyInfo:
    return ApiKeyInfo(
        id=key.id,
        name=key.name,
        key_hint=key.hint,
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        kind=key.kind,
        models=None if key.models is None else list(key.models),
        budget_usd=None if key.budget_micro is None else dollars(key.budget_micro),
        spent_usd=dollars(spent_micro),
        expires_at=key.expires_at,
    )
