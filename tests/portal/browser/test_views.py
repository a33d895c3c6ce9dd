"""Overview, usage and snippets; every view for the keyboard, screen readers, dark rooms and phones."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from openfpga_server.accounts.clock import to_us
from playwright.async_api import expect
from support.portal_server import MODEL, PortalServer
from support.usage import event

from .conftest import DESKTOP, PHONE, Portal

pytestmark = pytest.mark.asyncio(loop_scope="session")
VIEWS = ("overview", "keys", "usage", "playground", "start")


def use_for_days(server: PortalServer, days: int) -> None:
    """One request more each day, up to today."""
    for age in range(days):
        started = to_us(datetime.now(UTC) - timedelta(days=age))
        for number in range(days - age):
            one = event(
                f"{age}-{number}",
                user="user_local",
                key=None,
                started_us=started,
                prompt_tokens=100,
                completion_tokens=50,
                cost_micro=2500,
                first_token_us=20_000,
            )
            server.run(server.usage.record(one))


async def test_device_panel_moves_with_the_work(portal: Portal) -> None:
    portal.server.runner.say("word " * 300)
    portal.server.runner.pace = 0.03
    await portal.open()
    page = portal.page
    card = page.get_by_role("article", name=MODEL)
    await expect(card.locator("[data-figure=rate]")).to_have_text("0")
    await expect(card).to_contain_text("NumPy reference")
    request = {"model": MODEL, "messages": [{"role": "user", "content": "go"}], "max_tokens": 400}
    done = await page.evaluate(
        """async (request) => {
            window.answer = fetch("v1/chat/completions", {
                method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(request),
            }).then((response) => response.status);
        }""",
        request,
    )
    assert done is None
    await expect(card.locator("[data-figure=queue]")).to_have_text("1 / 0")
    await expect(card.locator("[data-figure=rate]")).to_have_text(re.compile(r"^[1-9]"))
    await expect(card.locator("[data-figure=steps]")).to_have_text(re.compile(r"^[1-9]"))
    await expect(card.locator("[data-figure=pages]")).to_have_text(re.compile(r"^[1-9]"))
    portal.server.runner.pace = 0
    assert await page.evaluate("window.answer") == 200
    await expect(card.locator("[data-figure=queue]")).to_have_text("0 / 0")
    await expect(card.locator("[data-figure=first]")).to_have_text(re.compile("ms$"))


async def test_devices_are_asked_only_while_somebody_looks(portal: Portal) -> None:
    page = portal.page
    await page.clock.install()
    await portal.open()
    await expect(page.get_by_role("article", name=MODEL)).to_be_visible()
    for _ in range(3):
        async with page.expect_response("**/v1/portal/device"):
            await page.clock.run_for(1000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.get_by_role("link", name="Usage").click()
    await expect(page.get_by_role("img")).to_have_count(4)
    asked.clear()
    await page.clock.run_for(5000)
    assert asked == []
    async with page.expect_response("**/v1/portal/device"):
        await page.get_by_role("link", name="Overview").click()


async def test_unknown_addresses_show_the_overview(portal: Portal) -> None:
    for hash in ("nowhere", "constructor", "__proto__", "<b>", "sign-in"):
        await portal.open(hash)
        await portal.page.reload()
        await expect(portal.page.get_by_role("heading", name="Overview")).to_be_visible()


async def test_usage_is_shown_as_charts_totals_and_table(portal: Portal) -> None:
    use_for_days(portal.server, 5)
    await portal.sign_in(portal.server.create_key(), "usage")
    page = portal.page
    totals = page.locator("#usage-totals")
    for text in ("15", "2.3K", "1.5K", "750", "$0.0375"):
        await expect(totals).to_contain_text(text)
    today = datetime.now(UTC).date()
    requests = page.get_by_role("img", name=f"Requests by day, at most 5 on {today}")
    await expect(requests).to_be_visible()
    await expect(requests.locator(".bar-mark")).to_have_count(5)
    await expect(
        page.get_by_role("img", name=re.compile("^Average latency by day, at most 20 ms"))
    ).to_be_visible()
    await expect(page.get_by_role("img")).to_have_count(4)
    await page.get_by_text("The same as a table").click()
    rows = page.locator("#usage-table").get_by_role("row")
    await expect(rows).to_have_count(6)
    await expect(rows.last).to_have_text(f"{today}5750$0.012520 ms")
    await page.get_by_label("To", exact=True).fill((today - timedelta(days=3)).isoformat())
    await page.get_by_role("button", name="Show").click()
    await expect(totals).to_contain_text("450")
    await expect(rows).to_have_count(3)


async def test_wrong_range_is_told(portal: Portal) -> None:
    portal.watch.allowed.append("status of 400")
    await portal.open("usage")
    for day, told in (("2001-01-01", "room for 366 days"), ("2101-01-01", "is after 'end_date'")):
        await portal.page.get_by_label("From", exact=True).fill(day)
        await portal.page.get_by_role("button", name="Show").click()
        await expect(portal.page.locator("#usage-error")).to_contain_text(told)


async def test_snippets_name_this_server_and_no_key(portal: Portal) -> None:
    key = portal.server.create_key()
    await portal.sign_in(key, "start")
    page = portal.page
    await expect(page.locator(".snippet")).to_have_count(4)
    for name in ("curl", "Python", "JavaScript", "LangChain"):
        block = page.get_by_role("region", name=f"{name} snippet")
        await expect(block).to_contain_text(f"{portal.server.url}/v1")
        await expect(block).to_contain_text(MODEL)
        await expect(block).to_contain_text("OPENFPGA_API_KEY")
        await expect(block).not_to_contain_text("ofpga_sk")
    await page.get_by_role("button", name="Copy the curl snippet").click()
    copied = await page.evaluate("navigator.clipboard.readText()")
    body = json.loads(copied.partition("-d '")[2].rstrip("'"))
    assert body["model"] == MODEL


@pytest.mark.slow
async def test_snippets_run_as_they_stand(portal: Portal) -> None:
    key = portal.server.create_key()
    portal.server.runner.say("An FPGA is a chip.")
    await portal.sign_in(key, "start")
    for name, command in (("curl", ["bash", "-c"]), ("Python", [sys.executable, "-c"])):
        code = await portal.page.get_by_role("region", name=f"{name} snippet").inner_text()
        run = await asyncio.create_subprocess_exec(
            *command,
            code,
            env={**os.environ, "OPENFPGA_API_KEY": key},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        told, _ = await run.communicate()
        assert b"An FPGA is a chip." in told, name


async def test_keyboard_alone_is_enough(portal: Portal) -> None:
    key = portal.server.create_key("typed")
    await portal.open()
    page, press = portal.page, portal.page.keyboard.press
    await expect(page.get_by_label("API key", exact=True)).to_be_focused()
    await page.keyboard.type(key)
    await press("Enter")
    await expect(page.get_by_role("heading", name="Overview")).to_be_focused()
    await page.reload()
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    await press("Tab")
    await expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    await press("Tab")
    await press("Tab")
    await expect(page.get_by_role("link", name="Keys")).to_be_focused()
    await press("Enter")
    await expect(page.get_by_role("heading", name="API keys")).to_be_focused()
    await press("Tab")
    await page.keyboard.type("by keyboard")
    await press("Enter")
    await expect(page.get_by_role("heading", name="Your new key")).to_be_focused()
    await press("Tab")
    await press("Tab")
    await expect(page.get_by_role("button", name="Copy")).to_be_focused()
    await press("Tab")
    await press("Enter")
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    revoke = page.get_by_role("button", name="Revoke by keyboard")
    await revoke.focus()
    await press("Enter")
    await expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    await press("Escape")
    await expect(revoke).to_be_focused()
    await press("Enter")
    await press("Tab")
    await press("Enter")
    await expect(revoke).to_have_count(0)


async def test_theme_is_switched_and_remembered(portal: Portal) -> None:
    await portal.open()
    page = portal.page
    background = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(background)
    await page.get_by_role("button", name="Theme: auto").click()
    assert await page.evaluate(background) == light
    await page.get_by_role("button", name="Theme: light").click()
    dark = await page.evaluate(background)
    assert dark != light
    await page.reload()
    await expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert await page.evaluate(background) == dark


async def axe(portal: Portal) -> list[str]:
    """What axe-core finds wrong with what is shown."""
    page = portal.page
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(AXE_SCRIPT)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = await page.evaluate("(tags) => axe.run({runOnly: tags})", tags)
    return [
        f"{problem['id']}: {node['html'][:120]} ({node['failureSummary'][:200]})"
        for problem in found["violations"]
        for node in problem["nodes"]
    ]


class TestEveryView:
    """Accessible, within its width, on each screen and in each light."""

    @pytest.fixture(
        params=[
            pytest.param(("dark", PHONE), id="dark-phone"),
            pytest.param(("light", DESKTOP), id="light-desktop", marks=pytest.mark.slow),
            pytest.param(("light", PHONE), id="light-phone", marks=pytest.mark.slow),
            pytest.param(("dark", DESKTOP), id="dark-desktop", marks=pytest.mark.slow),
        ]
    )
    def context_options(self, request: pytest.FixtureRequest) -> dict[str, Any]:
        """A screen and a light."""
        scheme, viewport = request.param
        return {"viewport": viewport, "color_scheme": scheme, "reduced_motion": "reduce"}

    async def test_is_accessible_and_fits(self, portal: Portal) -> None:
        page, server = portal.page, portal.server
        server.runner.say("An FPGA is a chip whose circuits are made of tables, and can be made anew.")
        use_for_days(server, 3)
        width = page.viewport_size["width"] if page.viewport_size else 0
        await portal.open("keys")
        await expect(page.get_by_text("There is none yet.")).to_be_visible()
        assert await axe(portal) == []
        key = server.create_key("a-key-with-quite-a-long-name-that-has-no-space-to-break-it-" + "x" * 40)
        await portal.open()
        await page.reload()
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        assert await axe(portal) == []
        assert await portal.width() <= width
        await portal.sign_in(key)
        for view in VIEWS:
            await page.locator(f"#pages a[href='#{view}']").click()
            await expect(page.locator(f"#view-{view}")).to_be_visible()
            await self.fill(portal, view)
            assert await axe(portal) == [], view
            assert await portal.width() <= width, view

    async def fill(self, portal: Portal, view: str) -> None:
        """Have the view show all it can."""
        page = portal.page
        if view == "overview":
            await expect(page.locator("[data-figure=steps]")).to_have_text("0")
        elif view == "keys":
            await page.get_by_label("Name", exact=True).fill("another")
            await page.get_by_text("Limits", exact=True).first.click()
            await page.get_by_role("button", name="Create key").click()
            await expect(page.get_by_label("The new key")).to_be_visible()
        elif view == "usage":
            await expect(page.get_by_role("img")).to_have_count(4)
            await page.get_by_text("The same as a table").click()
        elif view == "playground":
            if not await page.get_by_label("System prompt").is_visible():
                await page.get_by_text("Settings").click()
            await page.get_by_role("checkbox", name="Offer tools").check()
            await portal.ask("What is an FPGA?")
            await expect(page.locator("#chat-status")).to_have_text("The answer is complete.")
        else:
            await expect(page.locator(".snippet")).to_have_count(4)
