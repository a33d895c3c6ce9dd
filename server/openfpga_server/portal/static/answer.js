// One streamed answer, put together and timed.

/**
 * What an answer is so far.
 * @typedef {Object} Answer
 * @property {string} text
 * @property {{id: string, type: "function", function: {name: string, arguments: string}}[]} calls
 * @property {string|null} reason why it ended; "stopped": the user did it
 * @property {number|null} first milliseconds from the request to its first token
 * @property {number} tokens
 * @property {boolean} exact whether the server told `tokens`; else they are the chunks, which may hold several
 * @property {number|null} perSecond tokens a second after the first
 */

/**
 * Ask, and report each piece.
 * @param {Api} api
 * @param {Object} request body of a chat completion, streamed and with its usage
 * @param {AbortSignal} signal ends the answer; what is there by then is returned
 * @param {(state: Answer) => void} report at most once a frame
 * @returns {Promise<Answer>}
 */
export async function answer(api, request, signal, report) {
  const state = { text: "", calls: [], reason: null, first: null, tokens: 0, exact: false, perSecond: null };
  const asked = performance.now();
  let began = null;
  let frame = null;
  const draw = () => {
    frame = null;
    report(state);
  };
  try {
    for await (const chunk of api.chat(request, signal)) {
      const now = performance.now();
      for (const choice of chunk.choices) {
        take(choice, state);
        if (began === null && (choice.delta.content || choice.delta.tool_calls)) {
          began = now;
          state.first = now - asked;
        }
        if (choice.delta.content || choice.delta.tool_calls) state.tokens += 1;
      }
      if (chunk.usage) {
        state.tokens = chunk.usage.completion_tokens;
        state.exact = true;
      }
      if (began !== null && now > began && state.tokens > 1) state.perSecond = (state.tokens - 1) / ((now - began) / 1000);
      // The server measures without the way in between.
      if (chunk.x_openfpga) state.perSecond = chunk.x_openfpga.tokens_per_second;
      frame ??= requestAnimationFrame(draw);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    state.reason = "stopped";
    state.calls = []; // Half a call is none.
  } finally {
    if (frame !== null) cancelAnimationFrame(frame);
  }
  return state;
}

function take({ delta, finish_reason }, state) {
  state.text += delta.content ?? "";
  for (const piece of delta.tool_calls ?? []) {
    state.calls[piece.index] ??= { id: piece.id, type: "function", function: { name: "", arguments: "" } };
    const called = state.calls[piece.index].function;
    called.name += piece.function?.name ?? "";
    called.arguments += piece.function?.arguments ?? "";
  }
  state.reason = finish_reason ?? state.reason;
}
