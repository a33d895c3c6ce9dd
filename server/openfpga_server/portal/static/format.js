// Figures for people.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const moment = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** 12,345 */
export const count = (value) => whole.format(value);
/** 12.3K */
export const compact = (value) => short.format(value);
/** Three digits below a hundred, whole numbers above. */
export const rate = (value) => (value >= 100 ? whole : fine).format(value);
/** Dollars: cents, or as many digits as a small amount needs. */
export function dollars(value) {
  if (value === 0 || value >= 1) return `$${value.toFixed(2)}`;
  return `$${value.toFixed(6).replace(/0{1,4}$/, "")}`;
}
/** Milliseconds, or seconds from one on. */
export const duration = (ms) => (ms < 1000 ? `${rate(ms)} ms` : `${fine.format(ms / 1000)} s`);
/** A moment of the API, in the reader's time. */
export const time = (text) => moment.format(new Date(text));
/** The day of a moment of the API, in the reader's time. */
export const date = (text) => day.format(new Date(text));
