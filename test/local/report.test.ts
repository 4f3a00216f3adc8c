import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { fleetTable, inputLines, jsonDocument, wantsColor, type ReportRow } from "../../local/report";
import { monthlyCost, monthlySaving, totalSaving } from "../../local/savings";

const DAY_MS = 86_400_000;
const basis = { activeDays: 14, averageDailyPeakMB: 310.5, peakMB: 330, outOfMemory: 0 };

function row(args: Partial<ReportRow> & Pick<ReportRow, "functionName" | "fromMB" | "toMB">): ReportRow {
  const { fromMB, toMB } = args;
  return {
    basis,
    cost: monthlyCost(fromMB, { billedDurationMs: 1e8, observedMs: 28 * DAY_MS }),
    saving: monthlySaving({ fromMB, toMB, billedDurationMs: 1e8, observedMs: 28 * DAY_MS }),
    ...args,
  };
}

describe("a saving", () => {
  it("is the list price of a month's GB-seconds", () => {
    // 1 GB less for 1,000 s in 73 hours, so for 10,000 s in a month of 730.
    const args = { fromMB: 2_048, toMB: 1_024, billedDurationMs: 1_000_000, observedMs: 73 * 3_600_000 };
    const { gbSeconds, dollars } = monthlySaving(args);
    assert.ok(Math.abs(gbSeconds - 10_000) < 1e-6);
    assert.ok(Math.abs(dollars - 0.166667) < 1e-9);
    assert.ok(Math.abs(monthlySaving({ ...args, architecture: "arm64" }).dollars - 0.133334) < 1e-9);
  });

  it("is negative by as much when the function grows as it is positive when it shrinks", () => {
    const size = fc.integer({ min: 128, max: 10_240 });
    fc.assert(
      fc.property(size, size, fc.nat(1e9), fc.nat(1e10), (fromMB, toMB, billedDurationMs, observedMs) => {
        const there = monthlySaving({ fromMB, toMB, billedDurationMs, observedMs });
        const back = monthlySaving({ fromMB: toMB, toMB: fromMB, billedDurationMs, observedMs });
        assert.ok(Math.abs(totalSaving([there, back]).dollars) < 1e-9);
        assert.ok(Number.isFinite(there.gbSeconds));
      }),
    );
  });

  it("counts an observation of less than a day as a day", () => {
    const args = { fromMB: 256, toMB: 128, billedDurationMs: 1_000 };
    assert.deepEqual(
      monthlySaving({ ...args, observedMs: 0 }),
      monthlySaving({ ...args, observedMs: DAY_MS }),
    );
  });
});

describe("the table", () => {
  const rows = [
    row({ functionName: "idle", fromMB: 256, toMB: 256, basis: undefined }),
    row({
      functionName: "importer",
      fromMB: 256,
      toMB: 356,
      basis: { ...basis, outOfMemory: 3 },
      note: "applied",
    }),
    row({ functionName: `prod-${"x".repeat(60)}-handler`, fromMB: 1_024, toMB: 411 }),
  ];
  const table = fleetTable(rows, { color: false });
  const line = (pattern: RegExp) => table.split("\n").find((text) => pattern.test(text))!;

  it("shows the sizes before and after, what the size is based on, and the saving", () => {
    assert.match(line(/-handler/), /1024 → 411 +14 +311 +330 +65,030 +1\.08$/);
    assert.match(line(/^importer /), /256 → 356 +14 +311 +330\* +-10,608 +-0\.18$/);
    assert.match(line(/^idle /), /256 +– +– +– +0 +0\.00$/);
    assert.match(line(/^3 functions/), /54,422 +0\.91$/);
    assert.match(table, /\* ran out of memory/);
    assert.match(table, /importer: applied/);
  });

  it("fits a terminal whatever a function's name, and keeps both ends of the name", () => {
    assert.ok(line(/-handler/).length <= 110);
    assert.match(line(/-handler/), /^prod-x+…x+-handler /);
  });

  it("has colours on a terminal only, and is otherwise the same", () => {
    const colored = fleetTable(rows, { color: true });
    assert.notEqual(colored, table);
    assert.deepEqual(
      stripVTControlCharacters(colored)
        .split("\n")
        .map((text) => text.trimEnd()),
      table.split("\n"),
    );
    assert.equal(wantsColor({ isTTY: true }, {}), true);
    assert.equal(wantsColor({ isTTY: true }, { NO_COLOR: "1" }), false);
    assert.equal(wantsColor({}, {}), false);
  });
});

describe("the summary of an input", () => {
  const input = {
    read: 16_716,
    used: 16_713,
    rejected: 3,
    ignored: 0,
    reasons: [
      { reason: "time is missing", count: 2, firstLine: 1_234 },
      { reason: 'status is "ok"', count: 1, firstLine: 9 },
    ],
  };

  it("has its counts, and each reason with its first line", () => {
    assert.equal(
      inputLines(input),
      [
        "16,716 reports read, 16,713 used, 3 rejected",
        "  2 rejected, the first at line 1234: time is missing",
        '  1 rejected at line 9: status is "ok"',
      ].join("\n"),
    );
    assert.match(inputLines({ ...input, ignored: 5 }), /; 5 other lines or events are not reports\n/);
  });

  it("is in the JSON beside recommendations and updates", () => {
    const update = {
      functionName: "api",
      functionArn: "arn:api",
      status: "skipped",
      from: 512,
      to: null,
      reason: "no",
    } as const;
    const document = jsonDocument([], [{ ...update, extra: 1 } as typeof update], input);
    assert.deepEqual(document, { recommendations: [], updates: [update], input });
  });
});
