// What was used, by day.

import { chart } from "./charts.js";
import { byId, element, table } from "./dom.js";
import { compact, count, dollars, duration } from "./format.js";

const DAY = 86_400_000; // ms
const MOST_DAYS = 366;
const iso = (moment) => new Date(moment).toISOString().slice(0, 10);

export class Usage {
  #page;

  constructor(page) {
    this.#page = page;
    const today = Date.now();
    byId("usage-start").value = iso(today - 29 * DAY);
    byId("usage-end").value = iso(today);
    byId("usage-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.show();
    });
  }

  async show() {
    const start = byId("usage-start").value;
    const end = byId("usage-end").value;
    const error = byId("usage-error");
    error.textContent = "";
    if (Date.parse(end) - Date.parse(start) >= MOST_DAYS * DAY) {
      error.textContent = `Charts have room for ${MOST_DAYS} days. The API tells longer ranges.`;
      return;
    }
    try {
      const usage = await this.#page.api.request("GET", `portal/usage?start_date=${start}&end_date=${end}`);
      draw(usage, everyDay(usage.daily, start, end));
      this.#page.announce(`${count(usage.total_requests)} requests from ${start} to ${end}.`);
    } catch (failure) {
      error.textContent = failure.message;
    }
  }
}

/** The days of the range in order; those without a request are zeros. */
function everyDay(daily, start, end) {
  const known = new Map(daily.map((day) => [day.date, day]));
  const days = [];
  for (let moment = Date.parse(start); moment <= Date.parse(end); moment += DAY) {
    const date = iso(moment);
    days.push(known.get(date) ?? { date, requests: 0, tokens: 0, cost_usd: 0, avg_latency_ms: 0 });
  }
  return days;
}

function draw(usage, days) {
  const totals = [
    ["Requests", count(usage.total_requests)],
    ["Tokens", compact(usage.total_tokens)],
    ["of them prompt", compact(usage.total_prompt_tokens)],
    ["of them answers", compact(usage.total_completion_tokens)],
    ["Cost", dollars(usage.total_cost_usd)],
  ];
  byId("usage-totals").replaceChildren(
    ...totals.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
  const charts = [
    { title: "Requests", kind: "bars", field: "requests", format: compact },
    { title: "Tokens", kind: "bars", field: "tokens", format: compact },
    { title: "Cost", kind: "bars", field: "cost_usd", format: dollars },
    { title: "Average latency", kind: "line", field: "avg_latency_ms", format: duration },
  ];
  byId("usage-charts").replaceChildren(
    ...charts.map(({ title, kind, field, format }) => {
      const points = days.map((day) => ({ label: day.date, value: kind === "line" && !day.requests ? null : day[field] }));
      const most = points.reduce((found, point) => ((point.value ?? 0) > (found.value ?? 0) ? point : found));
      const summary = most.value ? `${title} by day, at most ${format(most.value)} on ${most.label}` : `${title} by day: none`;
      return chart({ title, kind, points, format, summary });
    }),
  );
  const used = days.filter((day) => day.requests);
  const rows = used.map((day) => [
    day.date,
    count(day.requests),
    count(day.tokens),
    dollars(day.cost_usd),
    duration(day.avg_latency_ms),
  ]);
  byId("usage-table").replaceChildren(
    used.length
      ? table("Usage by day", ["Day", "Requests", "Tokens", "Cost", "Average latency"], rows)
      : element("p", { className: "quiet" }, "No requests in these days."),
  );
}
