// Talks to this server, and to nothing else.

/** A request that was refused or failed; the message is the server's own. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** What an error says, in any dialect's shape. */
function messageOf(body, fallback) {
  const { error, detail } = body ?? {};
  return error?.message ?? (typeof error === "string" ? error : null) ?? detail ?? fallback;
}

/** The server. The cookie of a session is the browser's; its CSRF token stays in here. */
export class Api {
  #csrf = null;

  /** Called when the server no longer knows the session. */
  onSignedOut = () => {};

  /** Who is signed in: {state: "signed_out" | "signed_in" | "open", key, csrf_token}. */
  async session() {
    return this.#remember(await this.request("GET", "portal/session"));
  }

  /** Begin a session with a key. */
  async signIn(key) {
    return this.#remember(await this.request("POST", "portal/session", { key }));
  }

  /** End the session. */
  async signOut() {
    await this.request("DELETE", "portal/session");
    this.#csrf = null;
  }

  #remember(session) {
    this.#csrf = session.csrf_token;
    return session;
  }

  /** One answer as an object; `path` is below /v1. */
  async request(method, path, body) {
    const response = await this.#fetch(method, path, body);
    try {
      return await response.json();
    } catch {
      throw new ApiError(response.status, "The server's answer is not JSON.");
    }
  }

  /** The chunks of a streamed chat; ends early when `signal` aborts. */
  async *chat(body, signal) {
    const response = await this.#fetch("POST", "chat/completions", body, signal);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw new ApiError(0, "The connection was lost in the middle of the answer.");
        const events = (rest + value).split("\n\n");
        rest = events.pop();
        for (const event of events) {
          if (!event.startsWith("data: ")) continue; // A comment keeps the connection alive.
          const data = event.slice(6);
          if (data === "[DONE]") return;
          const chunk = JSON.parse(data);
          if (chunk.error || chunk.detail) throw new ApiError(200, messageOf(chunk, "The answer failed."));
          yield chunk;
        }
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  async #fetch(method, path, body, signal) {
    const headers = {};
    if (this.#csrf) headers["X-OpenFPGA-CSRF"] = this.#csrf;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const options = { method, headers, signal, cache: "no-store", credentials: "same-origin", redirect: "error" };
    if (body !== undefined) options.body = JSON.stringify(body);
    let response;
    try {
      response = await fetch(`v1/${path}`, options);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ApiError(0, "The server cannot be reached.");
    }
    if (response.ok) return response;
    const text = await response.text();
    let answer = null;
    try {
      answer = JSON.parse(text);
    } catch {
      // A proxy's page, not ours.
    }
    if (response.status === 401 && path !== "portal/session") this.onSignedOut();
    throw new ApiError(response.status, messageOf(answer, `The server answered ${response.status}.`));
  }
}
