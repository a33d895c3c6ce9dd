// The devices, live: asked once a second while somebody looks.

import { sparkline } from "./charts.js";
import { byId, element } from "./dom.js";
import { compact, count, duration, rate } from "./format.js";

const PERIOD = 1000; // ms
const HISTORY = 60; // samples

export class Overview {
  #page;
  #timer = null;
  #round = null;
  #looking = false;
  #last = null;
  #cards = new Map();

  constructor(page) {
    this.#page = page;
    document.addEventListener("visibilitychange", () => this.#wake());
  }

  show() {
    this.#looking = true;
    byId("overview-open").hidden = this.#page.session.state !== "open";
    this.#wake();
  }

  hide() {
    this.#looking = false;
    this.#wake();
  }

  /** Ask now if somebody looks; else stop asking. */
  #wake() {
    clearTimeout(this.#timer);
    this.#last = null;
    this.#round = null;
    if (this.#looking && !document.hidden) this.#ask();
  }

  async #ask() {
    // Another `#wake` makes this round's answer too old to be shown.
    const round = (this.#round = {});
    const error = byId("overview-error");
    try {
      const devices = await this.#page.api.request("GET", "portal/device");
      if (this.#round !== round) return;
      this.#draw(devices);
      error.textContent = "";
    } catch (failure) {
      if (this.#round === round) error.textContent = failure.message;
    } finally {
      if (this.#round === round) this.#timer = setTimeout(() => this.#ask(), PERIOD);
    }
  }

  #draw(devices) {
    const seconds = this.#last ? devices.time - this.#last.time : 0;
    const before = new Map(this.#last?.models.map((model) => [model.id, model]));
    for (const model of devices.models) {
      if (!this.#cards.has(model.id)) this.#cards.set(model.id, new Card(model));
      this.#cards.get(model.id).update(model, seconds > 0 ? before.get(model.id) : undefined, seconds);
    }
    this.#last = devices;
    if (byId("devices").childElementCount !== this.#cards.size || !byId("devices").querySelector("article")) {
      byId("devices").replaceChildren(...[...this.#cards.values()].map((card) => card.root));
    }
  }
}

/** One model's device. */
class Card {
  #history = [];
  #figures = {};
  #spark = element("div", { className: "spark-box" });
  #state = element("span", { className: "badge" });
  #meter = element("progress", { max: 1, value: 0, attributes: { "aria-label": "KV pages in use" } });

  constructor(model) {
    const title = element("h2", { id: `device-${model.id}` }, model.id);
    const list = element("dl", { className: "tiles" });
    const text = model.kind === "text";
    this.#figure(list, "rate", text ? "Tokens/s" : "Tokens read/s").append(this.#spark);
    list.firstChild.classList.add("wide");
    if (text) this.#figure(list, "prompt", "Prompt tokens/s");
    if (text) this.#figure(list, "first", "First token");
    this.#figure(list, "queue", "Running / waiting");
    if (text) this.#figure(list, "pages", "KV pages").append(this.#meter);
    this.#figure(list, "steps", "Steps/s");
    this.#figure(list, "power", "Power");
    this.root = element(
      "article",
      { className: "card device", attributes: { "aria-labelledby": title.id } },
      element("header", {}, title, this.#state),
      element("p", { className: "quiet" }, `${model.hardware} · ${count(model.context_length)} tokens of context`),
      list,
    );
  }

  /** A tile with a figure that changes; gives the tile, for more than the figure. */
  #figure(list, name, label) {
    const value = (this.#figures[name] = element("span", { data: { figure: name } }, "…"));
    const described = element("dd", {}, value);
    list.append(element("div", {}, element("dt", {}, label), described));
    return described;
  }

  /** `before`: the sample `seconds` ago; undefined: this is the first. */
  update(model, before, seconds) {
    const made = model.kind === "text" ? "tokens" : "prompt_tokens";
    const speed = (field) => (before ? Math.max(0, model[field] - before[field]) / seconds : null);
    this.#show("rate", speed(made), rate);
    this.#show("steps", speed("steps"), rate);
    this.#show("queue", `${model.running} / ${model.waiting}`);
    this.#show("power", model.power_watts === null ? "unknown" : `${rate(model.power_watts)} W`);
    if (model.kind === "text") {
      this.#show("prompt", speed("prompt_tokens"), rate);
      this.#show("first", model.avg_latency_ms === null ? "–" : duration(model.avg_latency_ms));
      this.#show("pages", `${compact(model.kv_pages_used)} of ${compact(model.kv_pages_total)}`);
      this.#meter.value = model.kv_pages_total ? model.kv_pages_used / model.kv_pages_total : 0;
    }
    this.#state.textContent = model.status === "ok" ? "ready" : model.status;
    this.#state.classList.toggle("bad", model.status !== "ok");
    if (before) {
      this.#history = [...this.#history, speed(made)].slice(-HISTORY);
      this.#spark.replaceChildren(sparkline(this.#history, HISTORY));
    }
  }

  #show(name, value, format = String) {
    if (value !== null) this.#figures[name].textContent = format(value);
  }
}
