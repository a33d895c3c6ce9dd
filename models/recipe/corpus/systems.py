"""System messages that fit a document."""

from __future__ import annotations

from collections.abc import Callable

from .kinds.common import CorpusRandom, Document, bank, pick


def _answers(document: Document) -> list[str]:
    return [m["content"] for m in document["messages"] if m["role"] == "assistant" and "content" in m]


def _all_short(document: Document) -> bool:
    return all(len(answer) <= 90 for answer in _answers(document))


def _one_sentence(document: Document) -> bool:
    return all(
        len(answer) < 160
        and "\n" not in answer
        and sum(answer.count(mark) for mark in ".!?") <= 1
        and answer[-1:] in ".!"
        for answer in _answers(document)
    )


def _one_word(document: Document) -> bool:
    return all(
        answer and len(answer) < 25 and not any(mark in answer for mark in " \n{")
        for answer in _answers(document)
    )


def _one_story(document: Document) -> bool:
    return document["kind"].startswith("story") and len(document["messages"]) == 2


def _about_facts(document: Document) -> bool:
    return document["kind"].startswith("fact") or document["kind"] == "list"


def _without_lists(document: Document) -> bool:
    return document["kind"] != "json" and not any(
        "\n" in answer or "{" in answer or answer[:2] in ("- ", "1.") for answer in _answers(document)
    )


def _one_poem(document: Document) -> bool:
    one_turn = document["kind"] == "smalltalk" and len(document["messages"]) == 2
    return one_turn and _answers(document)[0].count("\n") == 3


def _only_numbers(document: Document) -> bool:
    return document["kind"] == "textops" and all(
        character in "0123456789+-*/=. " for answer in _answers(document) for character in answer
    )


def _about_jokes(document: Document) -> bool:
    return document["kind"] == "smalltalk" and "joke" in document["messages"][0]["content"]


_ANY = bank(
    "You are a helpful assistant.",
    "You are a helpful assistant.",
    "You are a helpful assistant.",
    "You are a helpful assistant.",
    "You are a helpful assistant.",
    "You are a helpful assistant.",
    "You are a [friendly|kind|polite|nice] assistant.",
    "You are a helpful[,| and] honest assistant.",
    "You are an AI assistant.",
    "You are a small language model.",
    "Help the user.",
    "Be helpful.",
    "Answer the user.",
    "Answer the user's questions.",
    "You are a helpful AI assistant. Answer clearly.",
    "You are a chat assistant.",
    "You are a helpful bot.",
    "Follow the user's instructions.",
    "Be [kind and helpful|polite|friendly].",
    "You are an assistant for everyday questions.",
    "You help people with questions and stories.",
    "You are a helpful assistant. Use simple words.",
    "Write simple English.",
    "Answer in simple English.",
    "Answer in English.",
    "You are talking with a user. Be helpful.",
    "Use simple words.",
    "You are a helpful assistant who speaks English.",
    "Do what the user asks.",
    "Chat with the user.",
    "You are a helpful and harmless assistant.",
    "You are a careful assistant.",
    "You are a personal assistant.",
)
_FITTING: list[tuple[list[str], Callable[[Document], bool]]] = [
    (
        bank(
            "[Answer|Reply] [briefly|in a few words].",
            "Keep [your answers|it|answers] short.",
            "You are a helpful assistant. Be brief.",
            "Give short answers.",
            "Be [brief|concise].",
            "You are a helpful assistant. Keep your answers short.",
        ),
        _all_short,
    ),
    (
        bank(
            "[Answer|Reply] [with|in] one sentence.",
            "Use only one sentence.",
            "You are a helpful assistant. Answer in one sentence.",
        ),
        _one_sentence,
    ),
    (bank("[Answer|Reply] with one word[.| only.]"), _one_word),
    (
        bank(
            "You are a [storyteller|story teller|writer of children's stories].",
            "You tell [short |]stories [for children|to children].",
            "You write stories for children.",
            "Tell gentle stories.",
        ),
        _one_story,
    ),
    (
        bank(
            "You are a [teacher|tutor|science teacher].",
            "You answer questions [about the world|with facts].",
            "You are a quiz helper.",
            "Explain things simply.",
            "You are an encyclopedia.",
        ),
        _about_facts,
    ),
    (bank("Answer in plain text.", "Do not use lists.", "Write plain text without lists."), _without_lists),
    (bank("You write poems.", "You are a poet."), _one_poem),
    (bank("You are a math helper.", "You are a calculator."), _only_numbers),
    (bank("You tell jokes.", "You are a [comedian|funny assistant]."), _about_jokes),
]
_WITH_TOOLS = bank(
    "You are a helpful assistant.",
    "You are a helpful assistant.",
    "You are a helpful assistant with [access to |]tools.",
    "Use the tools [when they help|if needed|when you need them].",
    "You can call [tools|functions].",
    "You are an assistant that can call functions.",
    "Call a tool when it helps, and answer in words when no tool fits.",
    "You are a tool calling assistant.",
    "Help the user. You may use tools.",
    "You are an AI assistant. Use a function if it fits the request.",
    "You have access to tools.",
)


def system_text(rng: CorpusRandom, document: Document) -> str:
    """A system message for this document; what it asks for is what the answers do."""
    if document.get("tools"):
        return pick(rng, _WITH_TOOLS) if rng.random() < 0.85 else "You are a helpful assistant."
    if rng.random() < 0.35:
        for _ in range(4):
            texts, fits = pick(rng, _FITTING)
            if fits(document):
                return pick(rng, texts)
    return pick(rng, _ANY)
