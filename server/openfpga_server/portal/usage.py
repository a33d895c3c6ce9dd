"""GET /v1/portal/usage."""

from __future__ import annotations

import datetime as dt

import msgspec
from aiohttp import web

from openfpga_server.errors import ApiError, bad_request
from openfpga_server.portal.access import visitor
from openfpga_server.portal.answers import answer, dollars
from openfpga_server.protocol.portal import UsageDay, UsageResponse
from openfpga_server.state import STATE
from openfpga_server.usage.store import Day

DAYS = 30
"""Told where a request names no dates."""


async def get_usage(request: web.Request) -> web.Response:
    """What the account used, by day.

    From `start_date` to `end_date`, both included, in UTC; the last thirty days if they are left out.
    """
    principal, usage = visitor(request), request.app[STATE].services.usage
    if usage is None:
        raise ApiError(404, "This server records no usage.", code="no_usage")
    end = _date(request, "end_date") or dt.datetime.now(dt.UTC).date()
    start = _date(request, "start_date") or end - dt.timedelta(days=min(DAYS - 1, end.toordinal() - 1))
    if start > end:
        raise bad_request(f"'start_date' {start} is after 'end_date' {end}.", "start_date", "invalid_value")
    return answer(_body(await usage.daily(principal.user, start, end)))


def _date(request: web.Request, name: str) -> dt.date | None:
    values = request.query.getall(name, [])
    if not values:
        return None
    try:
        if len(values) > 1:
            raise ValueError
        return msgspec.convert(values[0], dt.date)
    except ValueError as error:
        message = f"Invalid value for '{name}': expected one date such as 2026-03-15."
        raise bad_request(message, name, "invalid_value") from error


def _body(days: list[Day]) -> UsageResponse:
    prompt = sum(day.sums.prompt_tokens for day in days)
    completion = sum(day.sums.completion_tokens for day in days)
    return UsageResponse(
        total_requests=sum(day.sums.requests for day in days),
        total_tokens=prompt + completion,
        total_prompt_tokens=prompt,
        total_completion_tokens=completion,
        total_cost_usd=dollars(sum(day.sums.cost_micro for day in days)),
        daily=[
            UsageDay(
                date=day.date,
                requests=day.sums.requests,
                tokens=day.sums.tokens,
                cost_usd=dollars(day.sums.cost_micro),
                avg_latency_ms=round(day.sums.latency_ms or 0.0, 2),
            )
            for day in days
        ],
    )
