// The messages of a chat, as the API has them and as people see them.

import { element } from "./dom.js";

const SPEAKERS = { user: "You", assistant: "Model", tool: "Result" };

export class Conversation {
  #log;
  #onResults;
  #form = null;

  /** What was said so far, as the API takes it. */
  messages = [];

  /**
   * @param {HTMLElement} log holds what is shown
   * @param {(results: {id: string, content: string}[]) => void} onResults the user answers the model's calls
   */
  constructor(log, onResults) {
    this.#log = log;
    this.#onResults = onResults;
  }

  /** Whether calls wait for their results. */
  get waiting() {
    return this.#form !== null;
  }

  clear() {
    this.messages = [];
    this.#form = null;
    this.#log.replaceChildren();
  }

  /** The user says something. */
  say(content) {
    this.messages.push({ role: "user", content });
    this.#entry("user", content);
  }

  /** Take back what the user said last, as nothing answered it; gives the text, or "" if others spoke last. */
  takeBack() {
    if (this.messages.at(-1)?.role !== "user") return "";
    this.#log.lastElementChild.remove();
    return this.messages.pop().content;
  }

  /** The user tells what the model's calls gave. */
  answerCalls(results) {
    this.#form?.remove();
    this.#form = null;
    for (const { id, content } of results) {
      this.messages.push({ role: "tool", tool_call_id: id, content });
      this.#entry("tool", content);
    }
  }

  /** Begin the model's turn. */
  turn() {
    const text = this.#entry("assistant", "");
    const entry = text.parentElement;
    const calls = element("div", { className: "calls" });
    entry.append(calls);
    const show = (state) => {
      text.textContent = state.text;
      calls.replaceChildren(...state.calls.map(shownCall));
      this.#follow();
    };
    return {
      show,
      /** Keep the answer: it is not empty. */
      end: (state) => {
        show(state);
        const message = { role: "assistant", content: state.text || null };
        if (state.calls.length) message.tool_calls = state.calls;
        this.messages.push(message);
        if (state.calls.length) this.#ask(state.calls);
      },
      /** There is none. */
      drop: () => entry.remove(),
    };
  }

  #entry(role, content) {
    const text = element("p", { className: "said" }, content);
    this.#log.append(element("article", { className: `message ${role}` }, element("h2", {}, SPEAKERS[role]), text));
    this.#follow();
    return text;
  }

  /** Keep the end in sight, unless the reader has gone back. */
  #follow() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    if (scrollHeight - scrollTop - clientHeight < 160) this.#log.scrollTop = scrollHeight;
  }

  /** Ask the user for the results of calls. */
  #ask(calls) {
    const fields = calls.map((call, index) => {
      const id = `call-result-${index}`;
      const field = element("textarea", { id, rows: 2, required: true, placeholder: '{"temperature": 21}' });
      return { call, field, label: element("label", { htmlFor: id }, `Result of ${call.function.name}`) };
    });
    this.#form = element(
      "form",
      { className: "results", method: "post" },
      ...fields.flatMap(({ label, field }) => [label, field]),
      element("button", { type: "submit", className: "primary" }, fields.length > 1 ? "Send the results" : "Send the result"),
    );
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#onResults(fields.map(({ call, field }) => ({ id: call.id, content: field.value })));
    });
    this.#log.append(this.#form);
    this.#log.scrollTop = this.#log.scrollHeight;
    fields[0].field.focus({ preventScroll: true });
  }
}

function shownCall({ function: called }) {
  return element("p", { className: "call" }, element("code", {}, `${called.name}(${called.arguments})`));
}
