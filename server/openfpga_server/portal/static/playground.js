// A chat that streams, and can offer tools.

import { answer } from "./answer.js";
import { Conversation } from "./conversation.js";
import { byId, element } from "./dom.js";
import { count, duration, rate } from "./format.js";

const EXAMPLE = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "Get the current weather of a place",
      parameters: {
        type: "object",
        properties: { location: { type: "string", description: "City name" } },
        required: ["location"],
      },
    },
  },
];

export class Playground {
  #page;
  #conversation = new Conversation(byId("chat-log"), (results) => this.#continue(results));
  #abort = null;
  #answered = Promise.resolve();

  constructor(page) {
    this.#page = page;
    byId("chat-settings").open = matchMedia("(min-width: 60rem)").matches;
    this.#example();
    byId("chat-tools-example").addEventListener("click", () => this.#example());
    byId("chat-tools-on").addEventListener("change", (event) => (byId("chat-tools-box").hidden = !event.target.checked));
    byId("chat-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    byId("chat-input").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#abort?.abort();
    });
    byId("chat-stop").addEventListener("click", () => this.#abort?.abort());
    byId("chat-clear").addEventListener("click", () => this.#clear());
  }

  async show() {
    const select = byId("chat-model");
    try {
      const models = (await this.#page.models()).filter(({ kind }) => kind === "text");
      const chosen = select.value;
      select.replaceChildren(...models.map(({ id }) => element("option", { value: id }, id)));
      if (models.some(({ id }) => id === chosen)) select.value = chosen;
      if (!models.length) byId("chat-error").textContent = "No model here writes text.";
    } catch (failure) {
      byId("chat-error").textContent = failure.message;
    }
  }

  hide() {
    this.#abort?.abort();
  }

  #example() {
    byId("chat-tools").value = JSON.stringify(EXAMPLE, null, 2);
    byId("chat-tools-error").textContent = "";
  }

  async #clear() {
    this.#abort?.abort();
    await this.#answered;
    this.#conversation.clear();
    byId("chat-figures").textContent = byId("chat-status").textContent = byId("chat-error").textContent = "";
    byId("chat-input").focus();
  }

  #send() {
    const input = byId("chat-input");
    const text = input.value.trim();
    if (!text || this.#abort) return;
    if (this.#conversation.waiting) {
      byId("chat-error").textContent = "The model waits for the results of its calls: fill them in first.";
      return;
    }
    if (!this.#tools()) return;
    this.#conversation.say(text);
    input.value = "";
    this.#answered = this.#ask();
  }

  #continue(results) {
    if (this.#abort) return;
    this.#conversation.answerCalls(results);
    byId("chat-input").focus();
    this.#answered = this.#ask();
  }

  /** The tools to offer, in an object to be spread; null: they are no JSON, which is told. */
  #tools() {
    const error = byId("chat-tools-error");
    const field = byId("chat-tools");
    error.textContent = "";
    field.removeAttribute("aria-invalid");
    if (!byId("chat-tools-on").checked) return {};
    try {
      const tools = JSON.parse(field.value);
      if (!Array.isArray(tools)) throw new Error("expected a list of tools");
      return { tools };
    } catch (failure) {
      error.textContent = `This is not a list of tools: ${failure.message}`;
      field.setAttribute("aria-invalid", "true");
      byId("chat-settings").open = true;
      field.focus();
      return null;
    }
  }

  #request() {
    const request = { model: byId("chat-model").value, messages: this.#conversation.messages, ...this.#tools() };
    const system = byId("chat-system").value.trim();
    if (system) request.messages = [{ role: "system", content: system }, ...request.messages];
    const [temperature, most] = [byId("chat-temperature").value, byId("chat-max").value];
    if (temperature !== "") request.temperature = Number(temperature);
    if (most !== "") request.max_tokens = Number(most);
    return { ...request, stream: true, stream_options: { include_usage: true } };
  }

  async #ask() {
    const status = byId("chat-status");
    const error = byId("chat-error");
    error.textContent = "";
    byId("chat-figures").textContent = "";
    status.textContent = "Waiting for the first token …";
    this.#busy(new AbortController());
    const turn = this.#conversation.turn();
    try {
      const ended = await answer(this.#page.api, this.#request(), this.#abort.signal, (state) => {
        turn.show(state);
        this.#figures(state, false);
        if (status.textContent !== "Answering …") status.textContent = "Answering …";
      });
      if (ended.text || ended.calls.length) turn.end(ended);
      else this.#giveUp(turn);
      this.#figures(ended, true);
      status.textContent = this.#ending(ended);
    } catch (failure) {
      this.#giveUp(turn);
      status.textContent = "";
      error.textContent = failure.message;
    } finally {
      this.#busy(null);
    }
  }

  /** Nothing answered: the message goes back to where it was written. */
  #giveUp(turn) {
    turn.drop();
    const text = this.#conversation.takeBack();
    byId("chat-input").value ||= text;
  }

  #busy(abort) {
    this.#abort = abort;
    const [send, stop] = [byId("chat-send"), byId("chat-stop")];
    stop.disabled = !abort;
    // A button that is disabled loses the focus: hand it on.
    if (document.activeElement === send) stop.focus();
    if (document.activeElement === stop && !abort) byId("chat-input").focus();
    send.disabled = Boolean(abort);
    byId("chat-log").setAttribute("aria-busy", String(Boolean(abort)));
  }

  #figures({ first, tokens, exact, perSecond }, final) {
    const about = exact ? "" : "about ";
    const parts = [];
    if (first !== null) parts.push(`First token ${duration(first)}`);
    if (tokens) parts.push(`${about}${count(tokens)} tokens`);
    if (perSecond !== null) parts.push(`${about}${rate(perSecond)} tokens/s`);
    byId("chat-figures").textContent = parts.join(" · ");
    byId("chat-figures").dataset.final = String(final);
  }

  #ending({ reason, calls, text }) {
    if (reason === "stopped") return "Stopped.";
    if (!calls.length && !text) return "The answer is empty.";
    if (calls.length) return calls.length > 1 ? `The model calls ${calls.length} tools.` : "The model calls a tool.";
    if (reason === "length") return "The answer reached its largest length.";
    return "The answer is complete.";
  }
}
