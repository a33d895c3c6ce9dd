// The page: who is signed in, and which view is shown.

import { Api } from "./api.js";
import { byId } from "./dom.js";
import { Keys } from "./keys.js";
import { Overview } from "./overview.js";
import { Playground } from "./playground.js";
import { Start } from "./start.js";
import { Usage } from "./usage.js";

/** What the views share. */
class Page {
  api = new Api();
  session = null;

  /** Say something to screen readers without moving the focus. */
  announce(text) {
    byId("announce").textContent = text;
  }

  /** What is served: [{id, kind, ...}]. */
  async models() {
    return (await this.api.request("GET", "portal/device")).models;
  }

  /** Sign in, and show what that opens. */
  async signIn(key) {
    this.session = await this.api.signIn(key);
    showSession();
  }

  /** Look again at who is signed in. */
  async refresh() {
    this.session = await this.api.session();
    showSession();
  }
}

const page = new Page();
const views = {
  overview: new Overview(page),
  keys: new Keys(page),
  usage: new Usage(page),
  playground: new Playground(page),
  start: new Start(page),
};
let shown = null;

function showSession() {
  const { state, key } = page.session;
  const inside = state !== "signed_out";
  byId("pages").hidden = !inside;
  byId("sign-out").hidden = state !== "signed_in";
  byId("who").textContent = state === "signed_in" ? (key?.name ?? "") : state === "open" ? "No key needed yet" : "";
}

/** Show the view that the address names, and move the focus to its heading if the user asked for it. */
function route({ focus = true } = {}) {
  const signedOut = page.session.state === "signed_out";
  const asked = location.hash.slice(1);
  const name = signedOut ? "sign-in" : Object.hasOwn(views, asked) ? asked : "overview";
  if (name === shown?.name) return;
  shown?.view?.hide?.();
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== `view-${name}`;
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const title = byId(`${name}-title`);
  document.title = `${title.textContent} - OpenFPGA`;
  shown = { name, view: views[name] };
  shown.view?.show();
  window.scrollTo(0, 0);
  if (signedOut) byId("sign-in-key").focus();
  else if (focus) title.focus({ preventScroll: true });
}

/** Begin anew: nothing that was shown or said stays, neither on the page nor in its memory. */
function signedOut() {
  location.reload();
}

async function signIn(event) {
  event.preventDefault();
  const input = byId("sign-in-key");
  const error = byId("sign-in-error");
  error.textContent = "";
  try {
    await page.signIn(input.value.trim());
  } catch (failure) {
    error.textContent = failure.message;
    input.select();
    return;
  }
  input.value = "";
  route();
}

async function signOut() {
  try {
    await page.api.signOut();
  } catch {
    // Then the page that is loaded again still says who is signed in.
  }
  signedOut();
}

page.api.onSignedOut = signedOut;
byId("sign-in").addEventListener("submit", signIn);
byId("sign-out").addEventListener("click", signOut);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault(); // The address names the view.
  byId("content").focus();
});
try {
  await page.refresh();
  window.addEventListener("hashchange", () => route());
  route({ focus: false });
} catch (failure) {
  byId("fatal").textContent = failure.message;
  byId("fatal").hidden = false;
}
