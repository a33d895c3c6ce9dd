"""The page in a real headless Chromium: one browser for the session, a fresh profile for each test."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect
from support.portal_server import PortalServer

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here."""
    return sqlite_url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no Chromium here: scripts/system-packages.sh installs it")
    # Its sandbox does not run as root.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=flags)
        yield started
        await started.close()


@dataclass
class Watch:
    """What must not happen on a page.

    Args:
        origin: the only server that may be asked.
        allowed: patterns of console messages that a test expects.
    """

    origin: str
    allowed: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def on_console(self, message: ConsoleMessage) -> None:
        """Errors and warnings: refusals by the policy are among them."""
        if message.type in ("error", "warning"):
            self.found.append(f"console: {message.text}")

    def on_request(self, request: Any) -> None:
        """Requests to others."""
        if not request.url.startswith((f"{self.origin}/", "blob:", "data:")):
            self.found.append(f"request to {request.url}")

    def check(self) -> None:
        """Fail for what was not allowed."""
        problems = [text for text in self.found if not any(re.search(known, text) for known in self.allowed)]
        assert problems == []


class Portal:
    """The page of a server in a browser, with what a test does on it.

    Args:
        page: of Playwright.
        server: that it shows.
        watch: what went wrong on it.
    """

    def __init__(self, page: Page, server: PortalServer, watch: Watch) -> None:
        self.page = page
        self.server = server
        self.watch = watch

    async def open(self, view: str = "") -> None:
        """Load the page."""
        await self.page.goto(f"{self.server.url}/{'#' + view if view else ''}")

    async def sign_in(self, key: str, view: str = "") -> None:
        """Load the page and sign in."""
        await self.open(view)
        await self.page.get_by_label("API key", exact=True).fill(key)
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    async def ask(self, text: str) -> None:
        """Say something in the playground."""
        await expect(self.page.get_by_label("Model", exact=True).locator("option")).not_to_have_count(0)
        await self.page.get_by_label("Message").fill(text)
        await self.page.get_by_role("button", name="Send", exact=True).click()

    async def width(self) -> int:
        """How wide the content is."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth"))


@pytest.fixture
def context_options() -> dict[str, Any]:
    """Override to have another screen."""
    return {"viewport": DESKTOP, "color_scheme": "light", "reduced_motion": "reduce"}


@pytest_asyncio.fixture(loop_scope="session")
async def context(
    browser: Browser, server: PortalServer, context_options: dict[str, Any]
) -> AsyncIterator[BrowserContext]:
    """A fresh profile that may use the clipboard."""
    made = await browser.new_context(**context_options)
    made.set_default_timeout(10_000)
    await made.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="session")
async def portal(context: BrowserContext, server: PortalServer) -> AsyncIterator[Portal]:
    """A page; what goes wrong on it, and requests to others, make the test fail."""
    page, watch = await context.new_page(), Watch(server.url)
    page.on("console", watch.on_console)
    page.on("pageerror", lambda error: watch.found.append(f"script: {error}"))
    page.on("request", watch.on_request)
    # Whatever would run from injected text ends up here.
    page.on("dialog", lambda dialog: watch.found.append(f"dialog: {dialog.message}"))
    yield Portal(page, server, watch)
    watch.check()
