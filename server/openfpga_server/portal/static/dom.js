// Building what is shown. Text is always text: nothing here, and nothing in this page, parses HTML.

/** The element with this id, which index.html has. */
export const byId = (id) => document.getElementById(id);

/**
 * A new HTML element.
 * @param {string} tag
 * @param {Object<string, any>} [properties] of the element; `data` and `attributes` hold those sets.
 * @param {...(Node|string)} children strings become text nodes
 */
export function element(tag, { data = {}, attributes = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  Object.assign(made.dataset, data);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A new SVG element; `attributes` as SVG writes them. */
export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

/**
 * A table.
 * @param {string} caption
 * @param {string[]} columns headings
 * @param {(Node|string)[][]} rows the first cell of each is its heading
 */
export function table(caption, columns, rows) {
  const body = rows.map((cells) =>
    element(
      "tr",
      {},
      ...cells.map((cell, index) =>
        element(index ? "td" : "th", { data: { column: columns[index] }, ...(index ? {} : { scope: "row" }) }, cell),
      ),
    ),
  );
  return element(
    "table",
    {},
    element("caption", { className: "unseen" }, caption),
    element("thead", {}, element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)))),
    element("tbody", {}, ...body),
  );
}

/** Copies a text; the promise tells whether that worked. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // Not over plain HTTP from another machine, and not where the user forbids it.
  }
}
