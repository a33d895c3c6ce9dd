"""What another site can make a browser do that is signed in here: nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.async_api import expect

from .conftest import Portal

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Evil(BaseHTTPRequestHandler):
    """An empty page, on another port: for cookies the same site, for scripts another origin."""

    def do_GET(self) -> None:
        """Answer everything alike."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>evil</title>")

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def evil() -> Iterator[str]:
    """Another site's address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Evil) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


FORM = """(target) => {
    const form = document.createElement("form");
    Object.assign(form, {method: "post", action: target, enctype: "text/plain"});
    const field = document.createElement("input");
    Object.assign(field, {name: '{"name": "evil", "x": "', value: '"}'});
    form.append(field);
    document.body.append(form);
    form.submit();
}"""
FETCHES = """async (target) => {
    const tries = [
        {method: "POST", body: '{"name": "evil"}', headers: {"Content-Type": "text/plain"}},
        {method: "POST", body: '{"name": "evil"}', headers: {"Content-Type": "application/json"}},
        {method: "POST", body: '{"name": "evil"}', mode: "no-cors"},
        {method: "DELETE"},
        {method: "GET"},
    ];
    const read = [];
    for (const options of tries) {
        for (const path of ["v1/portal/api-keys", "v1/portal/session", "v1/chat/completions"]) {
            try {
                const answer = await fetch(`${target}/${path}`, {credentials: "include", ...options});
                read.push(await answer.text());
            } catch {
                read.push("");
            }
        }
    }
    return read.join("");
}"""


@pytest.mark.parametrize("keyed", [True, False], ids=["signed-in", "without-keys"])
async def test_other_sites_change_and_learn_nothing(portal: Portal, evil: str, keyed: bool) -> None:
    portal.watch.allowed.append(".")
    server, page = portal.server, portal.page
    if keyed:
        await portal.sign_in(server.create_key("mine"))
    else:
        await portal.open()
    keys = server.run(server.accounts.keys())
    for host in (evil, evil.replace("127.0.0.1", "localhost")):
        await page.goto(host)
        async with page.expect_navigation():
            await page.evaluate(FORM, f"{server.url}/v1/portal/api-keys")
        assert '{"error":' in await page.content()
        await page.goto(host)
        assert await page.evaluate(FETCHES, server.url) == ""
    assert len(server.run(server.accounts.keys())) == len(keys)
    await portal.open()
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()


async def test_other_sites_cannot_frame_the_page(portal: Portal, evil: str) -> None:
    portal.watch.allowed.append(".")
    await portal.page.goto(evil)
    await portal.page.evaluate(
        """(target) => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.onload = resolve;
            frame.src = target;
            document.body.append(frame);
        })""",
        portal.server.url,
    )
    assert any("frame-ancestors" in text for text in portal.watch.found)


async def test_injected_markup_could_not_run(portal: Portal) -> None:
    portal.watch.allowed.append("Content Security Policy|has been blocked")
    await portal.open()
    ran = await portal.page.evaluate(
        """async () => {
            window.ran = [];
            const script = document.createElement("script");
            const attempts = [
                () => { document.body.innerHTML = "<img src=x onerror='ran.push(1)'>"; },
                () => { script.textContent = "ran.push(2)"; document.body.append(script); },
                () => { setTimeout("ran.push(3)"); },
                () => { document.body.setAttribute("onclick", "ran.push(4)"); document.body.click(); },
            ];
            for (const attempt of attempts) {
                try {
                    attempt();
                } catch {
                    // That is meant.
                }
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
            return window.ran;
        }"""
    )
    assert ran == []
