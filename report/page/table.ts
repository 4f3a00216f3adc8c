/**
 * A table that can be sorted by any column. Only its first rows are in the document; more are added as the reader
 * scrolls to the end.
 */
import { h } from "./dom";
import { number } from "./format";

export interface Column<Row> {
  readonly label: string;
  /** The value to sort rows by; undefined comes last in both directions. */
  readonly value: (row: Row) => string | number | undefined;
  readonly cell: (row: Row) => string | Node;
  /** A CSS class for its cells; `wide` columns are hidden on a narrow page. */
  readonly class?: string;
}

export interface SortableTable<Row> {
  readonly element: HTMLElement;
  /** Shows these rows instead, sorted as before. */
  readonly show: (rows: readonly Row[]) => void;
  /** All rows in order, including those further down that aren't in the document yet. */
  readonly ordered: () => readonly Row[];
}

export interface TableOptions<Row> {
  readonly caption: string;
  /** The first is each row's header. */
  readonly columns: readonly Column<Row>[];
  readonly sortedBy: Column<Row>;
  /** Breaks ties, so that the order never depends on the previous one. */
  readonly name: (row: Row) => string;
}

const ROWS_AT_ONCE = 100;

export function sortableTable<Row>({
  caption,
  columns,
  sortedBy,
  name,
}: TableOptions<Row>): SortableTable<Row> {
  let rows: readonly Row[] = [];
  let column = sortedBy;
  let descending = startsDescending(column, rows);
  let shown = 0;

  const heads = columns.map((one) => {
    const button = h("button", { type: "button" }, one.label);
    button.addEventListener("click", () => {
      descending = one === column ? !descending : startsDescending(one, rows);
      column = one;
      show(rows);
    });
    return h("th", { scope: "col", class: one.class }, button);
  });
  const body = h("tbody");
  const more = h("button", { type: "button", class: "more" });
  const element = h(
    "div",
    { class: "scroll" },
    h(
      "table",
      { class: "sortable" },
      h("caption", { class: "spoken" }, caption),
      h("thead", {}, h("tr", {}, ...heads)),
      body,
    ),
    more,
  );

  const append = () => {
    const next = rows.slice(shown, shown + ROWS_AT_ONCE);
    body.append(...next.map(rowOf));
    shown += next.length;
    more.hidden = shown >= rows.length;
    more.textContent = `Show more: ${number(rows.length - shown)} left`;
  };
  const rowOf = (row: Row) =>
    h(
      "tr",
      {},
      ...columns.map((one, n) =>
        h(n === 0 ? "th" : "td", { scope: n === 0 ? "row" : undefined, class: one.class }, one.cell(row)),
      ),
    );
  const show = (next: readonly Row[]) => {
    const fresh = rows.length === 0;
    if (fresh) descending = startsDescending(column, next);
    rows = next.toSorted((a, b) => compare(column, a, b, descending) || compareTexts(name(a), name(b)));
    for (const [n, head] of heads.entries()) {
      if (columns[n] === column) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    body.replaceChildren();
    shown = 0;
    append();
  };
  more.addEventListener("click", () => {
    const firstNew = shown;
    append();
    // The button may be gone by now, and the keyboard focus with it.
    body.rows[firstNew]?.querySelector<HTMLElement>("a, button")?.focus();
  });
  new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting) && !more.hidden) append();
    },
    { rootMargin: "600px" },
  ).observe(more);
  return { element, show, ordered: () => rows };
}

/** A reader looks for the largest numbers, but for the first names. */
function startsDescending<Row>({ value }: Column<Row>, rows: readonly Row[]): boolean {
  return rows.some((row) => typeof value(row) === "number");
}

function compare<Row>({ value }: Column<Row>, a: Row, b: Row, descending: boolean): number {
  const [left, right] = [value(a), value(b)];
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined);
  }
  const order =
    typeof left === "number" && typeof right === "number"
      ? left - right
      : compareTexts(String(left), String(right));
  return descending ? -order : order;
}

const { compare: compareTexts } = new Intl.Collator("en", { numeric: true });
