/** Creates elements in one expression. Text is always set as text, so nothing in a report's data can become markup. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string | undefined;

/** @param attributes `true` sets an attribute without a value; false and undefined leave it out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Text only for screen readers. */
export function spoken(text: string): HTMLElement {
  return h("span", { class: "spoken" }, text);
}

/** A plain table: its head, and rows of texts; the first cell of a row is its header. */
export function plainTable(caption: string, head: readonly string[], rows: readonly (readonly string[])[]) {
  return h(
    "table",
    { class: "plain" },
    h("caption", { class: "spoken" }, caption),
    h("thead", {}, h("tr", {}, ...head.map((title) => h("th", { scope: "col" }, title)))),
    h(
      "tbody",
      {},
      ...rows.map(([first = "", ...cells]) =>
        h("tr", {}, h("th", { scope: "row" }, first), ...cells.map((cell) => h("td", {}, cell))),
      ),
    ),
  );
}

/** A disclosure that builds its content when it is first opened, because charts have many of them. */
export function disclosure(summary: string, content: () => Node): HTMLDetailsElement {
  const details = h("details", {}, h("summary", {}, summary));
  const open = () => {
    details.append(h("div", { class: "scroll" }, content()));
  };
  details.addEventListener("toggle", open, { once: true });
  return details;
}
