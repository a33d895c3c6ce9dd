"""Pictures of each page of the portal, light and dark, on a desktop and on a phone: docs/images/portal-*.png.

    python scripts/portal_shots.py build/demo.ofpga

A real server with the model answers; its database, in a temporary folder, has a month of made-up usage.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession
from openfpga_server.accounts.accounts import Accounts, open_accounts
from openfpga_server.accounts.clock import now_us
from openfpga_server.usage.event import UsageEvent
from openfpga_server.usage.log import open_usage
from playwright.async_api import Browser, Page, async_playwright, expect

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
VIEWS = ("sign-in", "overview", "keys", "usage", "playground", "start")
SCREENS = {"desktop": (1280, 800), "phone": (360, 740)}
LIGHTS = ("light", "dark")
DAY_US = 86_400_000_000
STREAMS = 3
"""Chats that run while the devices are pictured."""


@asynccontextmanager
async def served(image: Path, state: Path) -> AsyncIterator[str]:
    """The URL of a server of a model, whose database lies in `state`."""
    command = (sys.executable, "-m", "openfpga_server.cli", "serve", str(image), "--port", "0")
    ample = {f"OPENFPGA_LIMITS_{what}_PER_MINUTE": "100000000" for what in ("REQUESTS", "TOKENS")}
    environment = {**os.environ, **ample, "OPENFPGA_STATE_DIR": str(state), "PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            found = re.match(rb"\s+(http://\S+)/v1$", line)
            if found:
                yield found[1].decode()
                return
        raise SystemExit("the server did not start; `openfpga serve` says why")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def furnish(accounts: Accounts) -> str:
    """Make keys and a month of usage; gives a key."""
    laptop = await accounts.create_key("laptop")
    backend = await accounts.create_key("production-backend", models=["demo"], budget_micro=25_000_000)
    await accounts.create_key("billing", kind="management")
    chance = random.Random(7)
    async with open_usage(accounts.database) as usage:
        events = []
        for age in range(30):
            for _ in range(chance.randint(2, 14 + 26 * (age % 7 not in (1, 2)))):
                prompt, completion = chance.randint(200, 3000), chance.randint(50, 900)
                events.append(
                    UsageEvent(
                        id=f"req_{len(events):032x}",
                        user=backend.info.user,
                        key=backend.info.id,
                        model="demo",
                        endpoint="/v1/chat/completions",
                        dialect="openfpga",
                        status=200,
                        started_us=now_us() - age * DAY_US,
                        prompt_tokens=prompt,
                        cached_tokens=0,
                        completion_tokens=completion,
                        cost_micro=prompt + 2 * completion,
                        first_token_us=int(chance.gauss(40_000, 8_000)) + 600 * age,
                        total_us=900_000,
                        finish="stop",
                    )
                )
        await asyncio.gather(*(usage.record(event) for event in events))
    return laptop.secret


async def keep_busy(url: str, key: str) -> None:
    """Ask for long answers until cancelled."""
    body = {
        "model": "demo",
        "messages": [{"role": "user", "content": "Tell me a story."}],
        "max_tokens": 900,
        "ignore_eos": True,
    }
    headers = {"Authorization": f"Bearer {key}"}
    async with ClientSession(headers=headers) as session:
        while True:
            async with session.post(f"{url}/v1/chat/completions", json=body) as response:
                await response.read()
                if response.status != 200:
                    return


async def picture(page: Page, url: str, key: str, name: str) -> None:
    """Picture every view on one screen in one light."""
    await page.goto(url)
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await shoot(page, "sign-in", name)
    await page.get_by_label("API key", exact=True).fill(key)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    for view in VIEWS[1:]:
        await page.locator(f"#pages a[href='#{view}']").click()
        await expect(page.locator(f"#view-{view}")).to_be_visible()
        if view == "overview":
            await overview(page, url, key, name)
            continue
        if view == "keys":
            await expect(page.get_by_role("row")).to_have_count(4)
        elif view == "usage":
            await expect(page.get_by_role("img")).to_have_count(4)
        elif view == "playground":
            await page.get_by_label("Message").fill("What is an FPGA?")
            await page.keyboard.press("Enter")
            await expect(page.locator("#chat-status")).to_have_text("The answer is complete.", timeout=30_000)
        else:
            await expect(page.locator(".snippet")).to_have_count(4)
        await shoot(page, view, name)


async def overview(page: Page, url: str, key: str, name: str) -> None:
    """Picture the devices at work."""
    work = [asyncio.create_task(keep_busy(url, key)) for _ in range(STREAMS)]
    await page.wait_for_timeout(12_000)
    await shoot(page, "overview", name)
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)


async def shoot(page: Page, view: str, name: str) -> None:
    """Write a picture, without the marks of the pointer and the focus."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement?.blur()")
    await page.screenshot(path=IMAGES / f"portal-{view}-{name}.png", full_page=True)


async def all_pictures(browser: Browser, url: str, key: str) -> None:
    """Every screen in every light."""
    for screen, (width, height) in SCREENS.items():
        for light in LIGHTS:
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if light == "dark" else "light",
                reduced_motion="reduce",
            )
            await picture(await context.new_page(), url, key, f"{light}-{screen}")
            await context.close()
            print(f"docs/images/portal-*-{light}-{screen}.png", flush=True)


async def run(image: Path) -> None:
    """Do all of it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("there is no Chromium here: scripts/system-packages.sh installs it")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="portal-shots-") as folder:
        state = Path(folder)
        async with served(image, state) as url, async_playwright() as playwright:
            async with open_accounts(
                f"sqlite+aiosqlite:///{state}/openfpga.db", pepper_file=state / "pepper"
            ) as accounts:
                key = await furnish(accounts)
            # Its sandbox does not run as root.
            flags = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = await playwright.chromium.launch(executable_path=program, args=flags)
            await all_pictures(browser, url, key)
            await browser.close()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("image", type=Path, help="a model's image")
    asyncio.run(run(parser.parse_args().image))


if __name__ == "__main__":
    main()
