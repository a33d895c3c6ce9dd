"""The playground: streams, stops, tools, and text that stays text."""

from __future__ import annotations

import asyncio
import json

import pytest
from playwright.async_api import expect
from support.portal_server import PortalServer

from .conftest import Portal

pytestmark = pytest.mark.asyncio(loop_scope="session")
CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"location": "SF"}}\n</tool_call>'


async def idle(server: PortalServer) -> None:
    """Wait until the engine has nothing to do."""
    async with asyncio.timeout(10):
        while server.engine.stats().running:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_answer_streams_with_its_figures(portal: Portal) -> None:
    portal.server.runner.say("An FPGA is a chip. " * 10)
    portal.server.runner.pace = 0.02
    await portal.sign_in(portal.server.create_key(), "playground")
    page = portal.page
    await portal.ask("What is an FPGA?")
    answer = page.locator(".message.assistant .said")
    await expect(page.get_by_role("status").filter(has_text="Answering")).to_be_visible()
    early = await answer.text_content() or ""
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    portal.server.runner.pace = 0
    await expect(page.get_by_role("status").filter(has_text="The answer is complete.")).to_be_visible()
    await expect(answer).to_have_text("An FPGA is a chip. " * 10, use_inner_text=False)
    assert len(early) < 190
    figures = await page.locator("#chat-figures").text_content() or ""
    assert "First token" in figures
    assert "191 tokens" in figures, "as the server counts them, the end among them"
    assert "tokens/s" in figures
    assert "about" not in figures
    await expect(page.get_by_label("Message")).to_have_value("")


async def test_whole_conversation_is_sent_again(portal: Portal) -> None:
    portal.server.runner.say("one")
    await portal.open("playground")
    await portal.page.get_by_label("System prompt").fill("Be brief.")
    await portal.ask("first")
    await expect(portal.page.locator("#chat-status")).to_have_text("The answer is complete.")
    async with portal.page.expect_request("**/v1/chat/completions") as sent:
        await portal.ask("second")
    request = (await sent.value).post_data_json
    assert request["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "one"},
        {"role": "user", "content": "second"},
    ]
    assert (request["temperature"], request["max_tokens"], request["stream"]) == (0.7, 256, True)
    assert "tools" not in request
    await expect(portal.page.locator("#chat-status")).to_have_text("The answer is complete.")
    await portal.page.get_by_role("button", name="New chat").click()
    await expect(portal.page.locator(".message")).to_have_count(0)


@pytest.mark.parametrize("way", [pytest.param("button", marks=pytest.mark.slow), "escape", "leaving"])
async def test_stop_ends_the_work(portal: Portal, way: str) -> None:
    portal.server.runner.say("word " * 300)
    portal.server.runner.pace = 0.02
    await portal.open("playground")
    page = portal.page
    await page.get_by_label("Max. tokens").fill("1500")
    await portal.ask("Go on for ever.")
    await expect(page.locator(".message.assistant .said")).to_contain_text("word")
    if way == "button":
        await page.get_by_role("button", name="Stop").click()
    elif way == "escape":
        await page.keyboard.press("Escape")
    else:
        await page.get_by_role("link", name="Usage").click()
        await page.get_by_role("link", name="Playground").click()
    await expect(page.locator("#chat-status")).to_have_text("Stopped.")
    await idle(portal.server)
    assert portal.server.engine.stats().tokens < 1500
    await expect(page.locator(".message.assistant .said")).to_contain_text("word")
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()


async def test_new_chat_and_sign_out_leave_nothing_behind(portal: Portal) -> None:
    portal.server.runner.say("secret " * 200)
    portal.server.runner.pace = 0.02
    await portal.sign_in(portal.server.create_key(), "playground")
    page = portal.page
    await page.get_by_label("Max. tokens").fill("1500")
    await portal.ask("first")
    await expect(page.locator(".message.assistant .said")).to_contain_text("secret")
    await page.get_by_role("button", name="New chat").click()
    await expect(page.locator(".message")).to_have_count(0)
    await idle(portal.server)
    async with page.expect_request("**/v1/chat/completions") as sent:
        await portal.ask("second")
    assert (await sent.value).post_data_json["messages"] == [{"role": "user", "content": "second"}]
    await expect(page.locator(".message.assistant .said")).to_contain_text("secret")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "secret" not in await page.content()
    await idle(portal.server)


async def test_tools_are_offered_called_and_answered(portal: Portal) -> None:
    portal.server.runner.say(f"Let me look.\n{CALL}")
    await portal.sign_in(portal.server.create_key(), "playground")
    page = portal.page
    await page.get_by_role("checkbox", name="Offer tools").check()
    await portal.ask("What is the weather?")
    await expect(page.locator(".call")).to_have_text('get_weather({"location": "SF"})')
    await expect(page.locator("#chat-status")).to_have_text("The model calls a tool.")
    result = page.get_by_label("Result of get_weather")
    await expect(result).to_be_focused()
    await page.get_by_label("Message").fill("Hello?")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("#chat-error")).to_contain_text("waits for the results")
    portal.server.runner.say("It is 21 degrees.")
    await result.fill('{"temperature": 21}')
    async with page.expect_request("**/v1/chat/completions") as sent:
        await page.get_by_role("button", name="Send the result").click()
    request = (await sent.value).post_data_json
    _, assistant, tool = request["messages"]
    (call,) = assistant["tool_calls"]
    assert call["function"] == {"name": "get_weather", "arguments": '{"location": "SF"}'}
    assert tool == {"role": "tool", "tool_call_id": call["id"], "content": '{"temperature": 21}'}
    assert request["tools"][0]["function"]["name"] == "get_weather"
    await expect(page.locator(".message.assistant .said").last).to_have_text("It is 21 degrees.")
    await expect(page.get_by_label("Result of get_weather")).to_have_count(0)


async def test_broken_tools_are_told_and_not_sent(portal: Portal) -> None:
    await portal.open("playground")
    page = portal.page
    await page.get_by_role("checkbox", name="Offer tools").check()
    editor = page.get_by_label("Tools, as JSON")
    for text in ("[{", '{"type": "function"}'):
        await editor.fill(text)
        await portal.ask("Hello")
        await expect(page.locator("#chat-tools-error")).to_contain_text("not a list of tools")
        await expect(editor).to_have_attribute("aria-invalid", "true")
        await expect(page.locator(".message")).to_have_count(0)
    await page.get_by_role("button", name="Put the example back").click()
    json.loads(await editor.input_value())


async def test_markup_of_model_user_and_tools_is_text(portal: Portal) -> None:
    evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    portal.server.runner.say(evil)
    await portal.open("playground")
    page = portal.page
    await portal.ask(evil)
    await expect(page.locator("#chat-status")).to_have_text("The answer is complete.")
    await expect(page.locator(".message.user .said")).to_have_text(evil)
    await expect(page.locator(".message.assistant .said")).to_have_text(evil)
    assert await page.locator("main img, main script").count() == 0
    arguments = json.dumps({"location": evil})
    portal.server.runner.say(
        f'<tool_call>\n{{"name": "get_weather", "arguments": {arguments}}}\n</tool_call>'
    )
    await page.get_by_role("checkbox", name="Offer tools").check()
    await portal.ask("again")
    await expect(page.locator(".call")).to_have_text(f"get_weather({arguments})")
    assert await page.locator("main img, main script").count() == 0


async def test_refusals_are_told_in_the_servers_words(portal: Portal) -> None:
    portal.watch.allowed.append("status of 40[03]")
    key = portal.server.create_key("manager", kind="management")
    await portal.sign_in(key, "playground")
    await portal.ask("Hello")
    await expect(portal.page.locator("#chat-error")).to_contain_text("This is a management key")
    await expect(portal.page.get_by_label("Message")).to_have_value("Hello")
    await expect(portal.page.locator(".message")).to_have_count(0)
    await portal.page.get_by_label("Temperature").fill("9")
    await portal.ask("Hello")
    await expect(portal.page.locator("#chat-error")).to_contain_text("temperature")
    await expect(portal.page.locator(".message.assistant")).to_have_count(0)


async def test_failure_in_the_middle_is_told(portal: Portal) -> None:
    portal.server.runner.say("word " * 200)
    portal.server.runner.pace = 0.02
    await portal.open("playground")
    await portal.ask("Hello")
    await expect(portal.page.locator(".message.assistant .said")).to_contain_text("word")
    portal.server.runner.failing = True
    await expect(portal.page.locator("#chat-error")).to_contain_text("The engine failed")
    await expect(portal.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
