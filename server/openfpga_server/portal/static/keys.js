// API keys: make, copy once, list, revoke.

import { byId, copy, element, table } from "./dom.js";
import { date, dollars, time } from "./format.js";

export class Keys {
  #page;
  #creating = false;

  constructor(page) {
    this.#page = page;
    byId("key-form").addEventListener("submit", (event) => this.#create(event));
    byId("key-copy").addEventListener("click", () => this.#copy());
    byId("key-done").addEventListener("click", () => {
      this.#forget();
      byId("key-list-title").scrollIntoView({ block: "nearest" });
      byId("key-name").focus();
    });
  }

  async show() {
    await Promise.all([this.#list(), this.#offerModels()]);
  }

  hide() {
    this.#forget();
  }

  async #create(event) {
    event.preventDefault();
    const error = byId("key-error");
    error.textContent = "";
    const models = [...document.querySelectorAll("#key-models input:checked")].map((box) => box.value);
    const budget = byId("key-budget").value;
    const asked = { name: byId("key-name").value, kind: document.querySelector("#key-form [name=kind]:checked").value };
    if (models.length) asked.models = models;
    if (budget !== "") asked.budget_usd = Number(budget);
    if (this.#creating) return;
    this.#creating = true;
    try {
      const made = await this.#page.api.request("POST", "portal/api-keys", asked);
      byId("key-form").reset();
      this.#reveal(made.key);
      // The first key ends the time without keys: go on with it.
      if (this.#page.session.state === "open") await this.#page.signIn(made.key);
      await this.#list();
    } catch (failure) {
      error.textContent = failure.message;
    } finally {
      this.#creating = false;
    }
  }

  #reveal(key) {
    byId("key-value").value = key;
    byId("key-copy").textContent = "Copy";
    byId("key-once").hidden = false;
    byId("key-once-title").focus();
  }

  #forget() {
    byId("key-value").value = "";
    byId("key-once").hidden = true;
  }

  async #copy() {
    const field = byId("key-value");
    const done = await copy(field.value);
    if (!done) {
      field.focus();
      field.select();
    }
    byId("key-copy").textContent = done ? "Copied" : "Press Ctrl+C";
    this.#page.announce(done ? "The key is copied." : "The key is selected: copy it with Ctrl+C.");
  }

  async #offerModels() {
    let models = [];
    try {
      models = await this.#page.models();
    } catch {
      return; // The list of keys says what is wrong.
    }
    const ticked = new Set([...document.querySelectorAll("#key-models input:checked")].map((box) => box.value));
    byId("key-models").replaceChildren(
      ...models.map(({ id }) =>
        element(
          "label",
          { className: "choice" },
          element("input", { type: "checkbox", value: id, checked: ticked.has(id) }),
          ` ${id}`,
        ),
      ),
    );
  }

  async #list() {
    const holder = byId("key-list");
    let keys;
    try {
      keys = (await this.#page.api.request("GET", "portal/api-keys")).data;
    } catch (failure) {
      holder.replaceChildren(element("p", { className: "bad" }, failure.message));
      return;
    }
    if (!keys.length) {
      holder.replaceChildren(element("p", { className: "quiet" }, "There is none yet."));
      return;
    }
    const rows = keys.map((key) => [
      key.name,
      element("code", {}, key.key_hint),
      key.kind,
      limits(key),
      time(key.created_at),
      key.last_used_at ? time(key.last_used_at) : "never",
      this.#revoker(key),
    ]);
    holder.replaceChildren(table("Your keys", ["Name", "Key", "Kind", "Limits", "Created", "Last used", "Revoke"], rows));
    holder.firstChild.classList.add("stacked");
  }

  #revoker(key) {
    const button = element("button", { type: "button", className: "danger" }, "Revoke");
    button.setAttribute("aria-label", `Revoke ${key.name}`);
    button.addEventListener("click", () => this.#ask(key));
    return button;
  }

  #ask(key) {
    const dialog = byId("revoke");
    byId("revoke-name").textContent = key.name;
    byId("revoke-own").hidden = key.id !== this.#page.session.key?.id;
    dialog.returnValue = "cancel";
    dialog.onclose = () => {
      if (dialog.returnValue === "revoke") this.#revoke(key);
    };
    dialog.showModal();
  }

  async #revoke(key) {
    try {
      await this.#page.api.request("DELETE", `portal/api-keys/${encodeURIComponent(key.id)}`);
    } catch (failure) {
      byId("key-error").textContent = failure.message;
      return;
    }
    this.#page.announce(`${key.name} is revoked.`);
    if (key.id === this.#page.session.key?.id) {
      this.#page.api.onSignedOut();
      return;
    }
    await this.#list();
    byId("keys-title").focus();
  }
}

/** What a key may not do. */
function limits(key) {
  const parts = [];
  if (key.models) parts.push(key.models.join(", "));
  if (key.budget_usd !== null) parts.push(`${dollars(key.spent_usd)} of ${dollars(key.budget_usd)}`);
  if (key.expires_at) parts.push(`until ${date(key.expires_at)}`);
  return parts.join("; ") || "none";
}
