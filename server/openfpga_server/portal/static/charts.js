// Small charts in SVG, drawn again when their width changes.

import { element, svg } from "./dom.js";

const HEIGHT = 150;
const LEFT = 48;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 22;

/** The smallest of 1, 2, 4, 6, 8, 10 times a power of ten that is not below `value`. */
function ceiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].find((step) => step * power >= value) * power;
}

/**
 * A chart with its title.
 * @param {Object} chart
 * @param {string} chart.title
 * @param {"bars"|"line"} chart.kind
 * @param {{label: string, value: number|null}[]} chart.points from left to right; null: nothing was measured
 * @param {(value: number) => string} chart.format of the axis and of what a pointer over a point shows
 * @param {string} chart.summary for those who do not see it
 */
export function chart({ title, kind, points, format, summary }) {
  const holder = element("div", { className: "plot" });
  const figure = element("figure", {}, element("figcaption", {}, title), holder);
  let width = 0;
  new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now === width || now < 100) return;
    width = now;
    holder.replaceChildren(draw({ kind, points, format, summary, width }));
  }).observe(holder);
  return figure;
}

function draw({ kind, points, format, summary, width }) {
  const top = ceiling(Math.max(...points.map((point) => point.value ?? 0)));
  const step = (width - LEFT - RIGHT) / points.length;
  const x = (index) => LEFT + (index + 0.5) * step;
  const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const root = svg("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": summary });
  for (const value of [0, top / 2, top]) {
    root.append(
      svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, format(value)),
    );
  }
  for (const [index, anchor] of labelled(points.length)) {
    const place = anchor === "start" ? LEFT : anchor === "end" ? width - RIGHT : x(index);
    root.append(svg("text", { x: place, y: HEIGHT - 5, "text-anchor": anchor }, points[index].label));
  }
  root.append(...(kind === "bars" ? bars(points, x, y, step) : line(points, x, y)));
  points.forEach((point, index) => {
    // A target as high as the chart: a day without use can be pointed at, too.
    const target = svg("rect", { class: "target", x: LEFT + index * step, y: TOP, width: step, height: HEIGHT - TOP - BOTTOM });
    const told = point.value === null ? "nothing measured" : format(point.value);
    target.append(svg("title", {}, `${point.label}: ${told}`));
    root.append(target);
  });
  return root;
}

/** Which points have a label, and how it is set. */
function labelled(length) {
  if (length === 1) return [[0, "middle"]];
  if (length < 5) return [[0, "start"], [length - 1, "end"]];
  return [[0, "start"], [Math.floor(length / 2), "middle"], [length - 1, "end"]];
}

function bars(points, x, y, step) {
  const thick = Math.max(1, Math.min(step * 0.7, 28));
  return points.flatMap((point, index) => {
    if (!point.value) return [];
    const height = Math.max(1, y(0) - y(point.value));
    return svg("rect", { class: "bar-mark", x: x(index) - thick / 2, y: y(0) - height, width: thick, height, rx: Math.min(2, thick / 3) });
  });
}

function line(points, x, y) {
  const marks = [];
  let path = "";
  let drawing = false;
  points.forEach((point, index) => {
    if (point.value === null) {
      drawing = false;
      return;
    }
    path += `${drawing ? "L" : "M"}${x(index).toFixed(1)} ${y(point.value).toFixed(1)}`;
    drawing = true;
    marks.push(svg("circle", { class: "dot", cx: x(index), cy: y(point.value), r: 2.5 }));
  });
  return [svg("path", { class: "line", d: path }), ...marks];
}

/** The last values of something that changes; it says nothing that is not also written beside it. */
export function sparkline(values, slots) {
  const top = Math.max(...values, 1e-9);
  const points = values.map((value, index) => {
    const x = ((slots - values.length + index) / (slots - 1)) * 100;
    return `${x.toFixed(2)},${(29 - (value / top) * 27).toFixed(2)}`;
  });
  return svg(
    "svg",
    { class: "spark", viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("polyline", { class: "line", points: points.join(" "), "vector-effect": "non-scaling-stroke" }),
  );
}
