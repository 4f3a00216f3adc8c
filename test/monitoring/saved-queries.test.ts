/** The saved queries use only fields that are in the updater's lines. */
import assert from "node:assert/strict";
import { SAVED_QUERIES } from "../../components/saved-queries";
import { updaterLines } from "./updater-run";

/** The keywords and functions of CloudWatch Logs Insights ("CloudWatch Logs Insights language query syntax"). */
const WORDS = new Set(
  "fields filter sort limit stats by as and or in desc asc now toMillis coalesce sum count latest".split(" "),
);

describe("The saved queries", () => {
  let fields: Set<string>;
  let values: Map<string, Set<unknown>>;
  before(async function () {
    this.timeout(60_000);
    fields = new Set(["@timestamp"]);
    values = new Map();
    for (const line of await updaterLines()) addFields(JSON.parse(line) as Record<string, unknown>);
  });

  for (const [title, text] of Object.entries(SAVED_QUERIES)) {
    it(`use fields that the lines have: ${title}`, () => {
      const asked = fieldsIn(text);
      assert.ok(asked.length >= 5, asked.join(" "));
      assert.deepEqual(
        asked.filter((field) => !fields.has(field)),
        [],
      );
    });

    it(`compare with texts that occur: ${title}`, () => {
      const compared = [...text.matchAll(/(\w+) = "([^"]*)"/g)].filter(
        ([, , value]) => value !== "my-function",
      );
      assert.ok(compared.length > 0);
      for (const [comparison, field, value] of compared)
        assert.ok(values.get(field!)?.has(value), comparison);
    });
  }

  it("fail this test if they use a field that no line has", () => {
    assert.deepEqual(
      fieldsIn("fields @timestamp, fnName | filter reason = 'x'").filter((field) => !fields.has(field)),
      ["fnName"],
    );
  });

  function addFields(of: Record<string, unknown>, prefix = ""): void {
    for (const [key, value] of Object.entries(of)) {
      if (typeof value === "object" && value !== null)
        addFields(value as Record<string, unknown>, `${prefix}${key}.`);
      const field = prefix + key;
      fields.add(field);
      values.set(field, (values.get(field) ?? new Set()).add(value));
    }
  }
});

/** A query's fields: its words without keywords, names that it defines, texts and comments. */
function fieldsIn(query: string): string[] {
  const code = query.replace(/^#.*$/gm, "").replace(/"[^"]*"|'[^']*'/g, "");
  const given = [...code.matchAll(/ as (\w+)/g)].map(([, name]) => name!);
  const words = code.match(/@?[A-Za-z_][\w.]*/g) ?? [];
  return [...new Set(words)].filter((word) => !WORDS.has(word) && !given.includes(word));
}
