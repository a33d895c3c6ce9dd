"""Signing in and keys, as people do it."""

from __future__ import annotations

import re

import pytest
from openfpga_server.config import ServerConfig
from openfpga_server.dialects import DEEPINFER, default_mounts
from playwright.async_api import expect

from .conftest import Portal

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def create(portal: Portal, name: str) -> str:
    """Create a key by the form, and read what is shown."""
    page = portal.page
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_role("button", name="Create key").click()
    shown = page.get_by_label("The new key")
    await expect(shown).to_have_value(re.compile("^ofpga_sk_"))
    return await shown.input_value()


async def test_sign_in_and_out(portal: Portal) -> None:
    key = portal.server.create_key("laptop")
    await portal.open()
    page = portal.page
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(page.get_by_label("API key", exact=True)).to_be_focused()
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await portal.sign_in(key)
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    await expect(page.locator("#who")).to_have_text("laptop")
    await page.reload()
    await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_wrong_key_is_told(portal: Portal) -> None:
    portal.watch.allowed.append("status of 401")
    portal.server.create_key()
    await portal.open()
    await portal.page.get_by_label("API key", exact=True).fill("wrong")
    await portal.page.keyboard.press("Enter")
    await expect(portal.page.get_by_role("alert").filter(has_text="Incorrect API key")).to_be_visible()


async def test_key_is_kept_nowhere_in_the_browser(portal: Portal) -> None:
    key = portal.server.create_key()
    await portal.sign_in(key, "keys")
    made = await create(portal, "new")
    await portal.page.get_by_role("button", name="I have it").click()
    kept = await portal.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, history.state,"
        " document.cookie, document.documentElement.outerHTML,"
        " [...document.querySelectorAll('input, textarea')].map((field) => field.value)])"
    )
    for secret in (key, made):
        assert secret not in kept
    (cookie,) = await portal.page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["value"] not in kept


async def test_key_is_made_copied_used_and_revoked(portal: Portal) -> None:
    await portal.sign_in(portal.server.create_key("first"), "keys")
    page = portal.page
    made = await create(portal, "backend")
    await expect(page.get_by_role("heading", name="Your new key")).to_be_focused()
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == made
    assert portal.server.run(portal.server.accounts.authenticate(made)) is not None
    row = page.get_by_role("row").filter(has_text="backend")
    await expect(row).to_contain_text(f"ofpga_sk_...{made[-4:]}")
    await row.get_by_role("button", name="Revoke backend").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("backend")
    await dialog.get_by_role("button", name="Keep it").click()
    await expect(row).to_be_visible()
    await row.get_by_role("button", name="Revoke backend").click()
    await dialog.get_by_role("button", name="Revoke", exact=True).click()
    await expect(row).to_have_count(0)
    await expect(page.locator("#announce")).to_have_text("backend is revoked.")
    assert portal.server.run(portal.server.accounts.authenticate(made)) is None


async def test_limits_of_a_key_are_set_by_the_form(portal: Portal) -> None:
    await portal.sign_in(portal.server.create_key("first"), "keys")
    page = portal.page
    await page.get_by_text("Limits", exact=True).first.click()
    await page.get_by_role("checkbox", name="scripted").check()
    await page.get_by_label("Budget").fill("2.50")
    await page.get_by_role("radio", name="Management").check()
    await create(portal, "limited")
    row = page.get_by_role("row").filter(has_text="limited")
    await expect(row).to_contain_text("scripted; $0.00 of $2.50")
    await expect(row).to_contain_text("management")


async def test_revoking_ones_own_key_signs_out(portal: Portal) -> None:
    await portal.sign_in(portal.server.create_key("mine"), "keys")
    await portal.page.get_by_role("button", name="Revoke mine").click()
    dialog = portal.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("will be signed out")
    await dialog.get_by_role("button", name="Revoke", exact=True).click()
    await expect(portal.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_first_key_is_made_on_the_page(portal: Portal) -> None:
    await portal.open()
    page = portal.page
    await page.get_by_role("link", name="Create the first key").click()
    made = await create(portal, "very first")
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    await expect(page.locator("#who")).to_have_text("very first")
    assert portal.server.run(portal.server.accounts.any_keys())
    await page.get_by_role("link", name="Overview").click()
    await expect(page.get_by_role("link", name="Create the first key")).to_be_hidden()
    await page.get_by_role("link", name="Keys").click()
    await expect(page.get_by_role("row").filter(has_text=made[-4:])).to_be_visible()


async def test_names_are_shown_as_text(portal: Portal) -> None:
    name = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    await portal.sign_in(portal.server.create_key(name), "keys")
    page = portal.page
    await expect(page.locator("#who")).to_have_text(name)
    await expect(page.get_by_role("rowheader").filter(has_text="onerror")).to_have_text(name)
    await page.get_by_role("button", name="Revoke").first.click()
    await expect(page.locator("#revoke-name")).to_have_text(name)
    assert await page.locator("main img, main script").count() == 0


class TestOtherDialect:
    """The page does not depend on the document that is spoken at /v1."""

    @pytest.fixture
    def server_config(self) -> ServerConfig:
        """DeepInfer's document at /v1."""
        return ServerConfig(port=0, drain_timeout=5, mounts=default_mounts(DEEPINFER))

    async def test_errors_and_answers_of_other_shapes_are_understood(self, portal: Portal) -> None:
        portal.watch.allowed.append("status of 40[01]")
        key = portal.server.create_key()
        portal.server.runner.say("hello")
        await portal.open("playground")
        await portal.page.get_by_label("API key", exact=True).fill("wrong")
        await portal.page.keyboard.press("Enter")
        await expect(portal.page.locator("#sign-in-error")).to_contain_text("Incorrect API key")
        await portal.sign_in(key, "playground")
        await portal.ask("hi")
        await expect(portal.page.locator(".message.assistant .said")).to_have_text("hello")
        await portal.page.get_by_label("Temperature").fill("9")
        await portal.ask("hi")
        await expect(portal.page.locator("#chat-error")).to_contain_text("temperature")
