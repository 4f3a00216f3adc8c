import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { MAX_LINE_CHARACTERS } from "../../local/input/lines";
import { InputError, readReports } from "../../local/input/read";
import { readText, withFile } from "./input-files";

const HEADER = "time,functionName,memorySizeMB,maxMemoryUsedMB,durationMs,status\n";
const GOOD = "2026-01-05T10:00:00.000Z,api,512,77,12.5,success";
const tomorrow = new Date(Date.now() + 3 * 86_400_000).toISOString();

/** Rows that can't be used, and the reason that is given for each. */
const BAD_ROWS: readonly (readonly [row: string, reason: RegExp])[] = [
  [
    "2026-01-05T10:00:00Z,api,512,abc,1,success",
    /^maxMemoryUsedMB is "abc"; it must be a whole number of MB/,
  ],
  ["2026-01-05T10:00:00Z,api,512,,1,success", /^maxMemoryUsedMB is missing/],
  ["2026-01-05T10:00:00Z,api,512,0,1,success", /^maxMemoryUsedMB is "0"/],
  ["2026-01-05T10:00:00Z,api,512,80740352,1,success", /^maxMemoryUsedMB is "80740352"/],
  ["2026-01-05T10:00:00Z,api,0x200,77,1,success", /^memorySizeMB is "0x200"/],
  ["2026-01-05T10:00:00Z,api,512.5,77,1,success", /^memorySizeMB is "512.5"/],
  ["yesterday,api,512,77,1,success", /^time is "yesterday"; it must be an ISO 8601 time/],
  ["2026-02-30T10:00:00Z,api,512,77,1,success", /^time is "2026-02-30T10:00:00Z"/],
  ["1767600000,api,512,77,1,success", /^time is "1767600000"; it must be between November 2014 and tomorrow/],
  [`${tomorrow},api,512,77,1,success`, /it must be between November 2014 and tomorrow/],
  ["2026-01-05T10:00:00Z,,512,77,1,success", /^functionName is missing; --function NAME/],
  ["2026-01-05T10:00:00Z,a b,512,77,1,success", /^functionName is "a b"/],
  ["2026-01-05T10:00:00Z,api,512,77,-1,success", /^durationMs is "-1"/],
  ["2026-01-05T10:00:00Z,api,512,77,1,ok", /^status is "ok"; it must be one of success, error/],
  ["2026-01-05T10:00:00Z,api,512", /^the row has 3 cells; the header has 6/],
  ['2026-01-05T10:00:00Z,"api,512,77,1,success', /quotes/],
  ["\uFFFD\u0001,,,,,", /^time is/],
];

describe("a row that can't be used", () => {
  for (const [row, reason] of BAD_ROWS) {
    it(`is counted with its reason, and affects no other row: ${JSON.stringify(row).slice(0, 60)}`, async () => {
      const { reports, summary } = await readText(`${HEADER}${GOOD}\n\n${row}\n${GOOD}\n${row}\n${GOOD}`);
      assert.equal(reports.length, 3);
      assert.deepEqual([summary.read, summary.used, summary.rejected], [5, 3, 2]);
      assert.equal(summary.reasons.length, 1);
      assert.match(summary.reasons[0]!.reason, reason);
      assert.deepEqual([summary.reasons[0]!.count, summary.reasons[0]!.firstLine], [2, 4]);
    });
  }

  it("never affects a good row, whatever it holds", async () => {
    const badRow = fc.oneof(
      fc.constantFrom(...BAD_ROWS.map(([row]) => row)),
      // No valid row starts with this letter.
      fc.string({ unit: "binary", maxLength: 40 }).map((text) => `x${text.replace(/[\r\n\0]/g, "")}`),
    );
    const rows = fc.array(fc.oneof(fc.constant(GOOD), badRow), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(rows, async (rows) => {
        const good = rows.filter((row) => row === GOOD).length;
        const { reports, summary } = await readText(`${HEADER}${rows.join("\n")}\n`);
        assert.equal(reports.length, good);
        assert.equal(summary.rejected, rows.length - good);
        assert.equal(
          summary.reasons.reduce((sum, { count }) => sum + count, 0),
          rows.length - good,
        );
        const firstBad = rows.findIndex((row) => row !== GOOD);
        assert.equal(summary.reasons[0]?.firstLine, firstBad < 0 ? undefined : firstBad + 2);
      }),
      { numRuns: 100 },
    );
  });

  it("shares its reason with all rows that have the same fault", async () => {
    const rows = Array.from(
      { length: 5_000 },
      (_, i) => `2026-01-05T10:00:00Z,api,512,wrong-${i},1,success\n`,
    );
    const { summary } = await readText(HEADER + rows.join(""));
    assert.equal(summary.rejected, 5_000);
    assert.equal(summary.reasons.length, 1);
  });

  it("may be one event of an envelope, and then the others are used", async () => {
    const event = (maxMemoryUsedMB: unknown) => ({
      time: "2026-01-05T10:00:00.000Z",
      type: "platform.report",
      record: { requestId: "r", status: "success", metrics: { memorySizeMB: 512, maxMemoryUsedMB } },
    });
    const records = [event(70), event("many"), 7, { type: "platform.start" }, event(71)];
    const { reports, summary } = await readText(
      `${JSON.stringify({ functionName: "api", records })}\n{"cut":\n${JSON.stringify(event(72))}\n`,
    );
    assert.deepEqual(
      reports.map(({ maxMemoryUsedMB }) => maxMemoryUsedMB),
      [70, 71],
    );
    assert.deepEqual([summary.used, summary.rejected, summary.ignored], [2, 4, 1]);
    assert.deepEqual(
      summary.reasons.map(({ firstLine }) => firstLine),
      [1, 1, 2, 3],
    );
  });

  it("may be a REPORT line without a time", async () => {
    const line =
      "REPORT RequestId: r\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 9 MB";
    const { summary } = await readText(`hello\n${line}\n`, "api");
    assert.deepEqual([summary.used, summary.rejected, summary.ignored], [0, 1, 1]);
    assert.match(summary.reasons[0]!.reason, /no time before it/);
  });

  it("may be a line that is too long, and then the next one is read", async () => {
    const long = "x".repeat(MAX_LINE_CHARACTERS + 1);
    const { summary } = await readText(`${HEADER}${GOOD}\n${long}\n${GOOD}\n${long}`);
    assert.deepEqual([summary.used, summary.rejected], [2, 2]);
    assert.deepEqual(summary.reasons[0]!.firstLine, 3);
  });
});

describe("a file that can't be used", () => {
  const zipped = gzipSync(HEADER + `${GOOD}\n`.repeat(10_000));
  const contents: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ["an empty file", "", / is empty\.$/],
    ["nothing but blank lines", "\n\n \n", / is empty\.$/],
    ["an empty gzip", gzipSync(""), / is empty\.$/],
    ["binary data", Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1]), /neither text nor gzip\.$/],
    ["binary data in gzip", gzipSync(Uint8Array.from([0x7f, 0, 1])), /neither text nor gzip\.$/],
    ["UTF-16", Buffer.from("\uFEFFtime,functionName", "utf16le"), /UTF-16 text; it must be UTF-8\.$/],
    ["a truncated gzip", zipped.subarray(0, zipped.length - 20), /its gzip ends in the middle/],
    ["a damaged gzip", Buffer.concat([zipped.subarray(0, 30), Buffer.alloc(300, 7)]), /its gzip is damaged/],
    [
      "CSV without a required column",
      "time,functionName,memorySizeMB\n",
      /without the column maxMemoryUsedMB;/,
    ],
    ["another text", "Dear Sir or Madam,\n", /holds no Lambda report; it must be CSV with the columns/],
    ["a log without a REPORT line", "START RequestId: 1 Version: 2\nEND RequestId: 1\n", /no Lambda report/],
  ];
  for (const [what, content, message] of contents) {
    it(`is explained in one sentence: ${what}`, async () => {
      await assert.rejects(readText(content, "api"), (error) => {
        assert.ok(error instanceof InputError);
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n"));
        return true;
      });
    });
  }

  it("is explained in one sentence: a missing file, a directory", async () => {
    const ignore = () => undefined;
    await assert.rejects(readReports("/no/such/file", undefined, ignore), {
      name: "InputError",
      message: "/no/such/file can't be read: there is no such file.",
    });
    await assert.rejects(readReports(os.tmpdir(), undefined, ignore), {
      name: "InputError",
      message: `${os.tmpdir()} can't be read: it is a directory.`,
    });
  });

  it("is not blamed for an error of the code that takes the reports", async () => {
    const fault = new TypeError("not the file's");
    await withFile(`${HEADER}${GOOD}\n`, (file) =>
      assert.rejects(
        readReports(file, undefined, () => {
          throw fault;
        }),
        fault,
      ),
    );
  });

  it("is not a FIFO: it is read until its writers have closed it, plain or gzip", async () => {
    const text = `${HEADER}${GOOD}\n${GOOD}\n`;
    for (const content of [Buffer.from(text), gzipSync(text)]) {
      await withFifo(async (fifo) => {
        const reports: unknown[] = [];
        const [summary] = await Promise.all([
          readReports(fifo, undefined, (report) => {
            reports.push(report);
          }),
          // One byte isn't enough to detect the format.
          writeSlowly(fifo, [content.subarray(0, 1), content.subarray(1)]),
        ]);
        assert.deepEqual([summary.used, summary.rejected, reports.length], [2, 0, 2]);
      });
    }
  });
});

async function withFifo(use: (fifo: string) => Promise<void>): Promise<void> {
  await withFile("", async (file) => {
    const fifo = `${file}.fifo`;
    execFileSync("mkfifo", [fifo]);
    await use(fifo);
  });
}

async function writeSlowly(fifo: string, chunks: readonly Buffer[]): Promise<void> {
  const writer = spawn("sh", ["-c", `cat > "$0"`, fifo], { stdio: ["pipe", "inherit", "inherit"] });
  for (const chunk of chunks) {
    writer.stdin.write(chunk);
    await delay(50);
  }
  writer.stdin.end();
  await once(writer, "close");
}
