import assert from "node:assert/strict";
import fs from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Report } from "../../local/input/report";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../local/environment";
import { LOG_PREFIXES, reportLine, WHOLE_FORMATS } from "./formats";
import { readText, withFile } from "./input-files";
import { readReports } from "../../local/input/read";

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const ms = fc.integer({ min: 0, max: 90_000_000 }).map((hundredths) => hundredths / 100);

const anyReport: fc.Arbitrary<Report> = fc
  .record({
    timeMs: fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2026, 0) }),
    functionName: name,
    functionVersion: fc.oneof(fc.constant("$LATEST"), fc.integer({ min: 1, max: 9_999 }).map(String)),
    memorySizeMB: fc.integer({ min: 128, max: 10_240 }),
    maxMemoryUsedMB: fc.integer({ min: 1, max: 10_300 }),
    durationMs: ms,
    billedDurationMs: fc.integer({ min: 0, max: 900_000 }),
    initDurationMs: fc.option(ms, { nil: undefined }),
    status: fc.constantFrom("success" as const, "error" as const, "failure" as const, "timeout" as const),
    errorType: fc.option(fc.constantFrom("Runtime.OutOfMemory", "Sandbox.Timedout"), { nil: undefined }),
    requestId: fc.uuid(),
  })
  .map((report) => ({ ...report, functionArn: arnOf(report.functionName) }));
const someReports = fc.array(anyReport, { minLength: 1, maxLength: 20 });

function arnOf(functionName: string): string {
  return `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:function:${functionName}`;
}

describe("an input", () => {
  for (const [format, write] of Object.entries(WHOLE_FORMATS)) {
    it(`gives every report: ${format}`, async () => {
      await fc.assert(
        fc.asyncProperty(someReports, fc.boolean(), fc.boolean(), async (reports, zipped, cut) => {
          // It is the same input without its last line break, and when gzipped.
          const text = cut ? write(reports).trimEnd() : write(reports);
          const { reports: read, summary } = await readText(zipped ? gzipSync(text) : text);
          assert.deepEqual(read, reports);
          assert.equal(summary.used, reports.length);
          assert.equal(summary.rejected, 0);
        }),
        { numRuns: 40 },
      );
    });
  }

  for (const [source, prefix] of Object.entries(LOG_PREFIXES)) {
    it(`gives every report of a log with other lines between them: ${source}`, async () => {
      await fc.assert(
        fc.asyncProperty(someReports, async (logged) => {
          // A plain prefix doesn't tell the version, and the name comes from --function.
          const reports = logged.map((report) => ({
            ...report,
            functionName: "checkout-api",
            functionArn: arnOf("checkout-api"),
            functionVersion: source === "tail" ? report.functionVersion : "$LATEST",
          }));
          const text = reports
            .map((report) =>
              [
                `${prefix(report)}START RequestId: ${report.requestId} Version: $LATEST`,
                `${prefix(report)}{"level":"info","message":"hello"}`,
                "a line that belongs to the one before",
                `${prefix(report)}END RequestId: ${report.requestId}`,
                `${prefix(report)}${reportLine(report)}`,
              ].join("\n"),
            )
            .join("\n");
          const { reports: read, summary } = await readText(text, "checkout-api");
          assert.deepEqual(read, reports);
          assert.deepEqual(summary, {
            read: reports.length,
            used: reports.length,
            rejected: 0,
            ignored: 4 * reports.length,
            reasons: [],
          });
        }),
        { numRuns: 40 },
      );
    });
  }

  it("takes a log line's function from its log group, and accepts spaces instead of tabs", async () => {
    const line =
      "2026-01-05T10:00:00.123Z /aws/lambda/thumbnailer REPORT RequestId: r-1  Duration: 12.5 ms  Billed Duration: 13 ms  Memory Size: 512 MB  Max Memory Used: 77 MB  XRAY TraceId: 1-5";
    const { reports } = await readText(line, "another");
    assert.equal(reports.length, 1);
    assert.equal(reports[0]!.functionName, "thumbnailer");
    assert.equal(reports[0]!.durationMs, 12.5);
    assert.equal(reports[0]!.maxMemoryUsedMB, 77);
    assert.equal(reports[0]!.timeMs, Date.UTC(2026, 0, 5, 10, 0, 0, 123));
  });

  it("has defaults for the columns that a CSV may leave out", async () => {
    const { reports } = await readText(
      "\uFEFFowner, time ,functionName,memorySizeMB,maxMemoryUsedMB\nme,2026-01-05T10:00:00+02:00,api,512,77\nme,1767600000000,api,512,78\n",
    );
    assert.deepEqual(reports[0], {
      timeMs: Date.UTC(2026, 0, 5, 8),
      functionName: "api",
      functionArn: arnOf("api"),
      functionVersion: "$LATEST",
      memorySizeMB: 512,
      maxMemoryUsedMB: 77,
      durationMs: 0,
      billedDurationMs: 0,
      initDurationMs: undefined,
      status: "success",
      errorType: undefined,
      requestId: "",
    });
    assert.equal(reports[1]!.timeMs, 1_767_600_000_000);
  });

  it("may have quoted cells with commas and quotes", async () => {
    const { reports } = await readText(
      'note,time,functionName,memorySizeMB,maxMemoryUsedMB\r\n"a, ""b""",2026-01-05T10:00:00Z,"api","512",77\r\n',
    );
    assert.deepEqual([reports[0]!.functionName, reports[0]!.memorySizeMB], ["api", 512]);
  });

  it("takes a function's name from its ARN, without the qualifier, before --function", async () => {
    const { reports } = await readText(
      "time,functionArn,memorySizeMB,maxMemoryUsedMB\n2026-01-05T10:00:00Z,arn:aws:lambda:eu-west-1:123456789012:function:api:live,512,77\n",
      "another",
    );
    assert.equal(reports[0]!.functionName, "api");
    assert.equal(reports[0]!.functionArn, "arn:aws:lambda:eu-west-1:123456789012:function:api");
  });

  it("waits for the code that takes its reports", async () => {
    const row = "2026-01-05T10:00:00Z,api,512,77\n";
    await withFile(`time,functionName,memorySizeMB,maxMemoryUsedMB\n${row.repeat(3)}`, async (file) => {
      let busy = 0;
      await readReports(file, undefined, async () => {
        assert.equal(++busy, 1);
        await fs.promises.stat(file);
        busy--;
      });
    });
  });
});
