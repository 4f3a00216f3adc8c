/** Reads the exports that docs/history.md describes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { INSIGHTS_COLUMNS } from "../../local/input/insights-csv";
import type { Report } from "../../local/input/report";
import { parseArguments } from "../../local/arguments";
import { parseBackTestArguments } from "../../local/backtest/arguments";
import { readText } from "./input-files";

const DOCUMENT = fs.readFileSync(path.join(__dirname, "../../docs/history.md"), "utf8");
const blocks = (language: string) =>
  [...DOCUMENT.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(([, block]) => block!);

const REPORT =
  "REPORT RequestId: 8f5bd2a1-0000-4000-8000-000000000001\tDuration: 182.40 ms\tBilled Duration: 183 ms\tMemory Size: 1024 MB\tMax Memory Used: 311 MB\tInit Duration: 250.10 ms\t\n";
const TIME_MS = Date.UTC(2026, 0, 5, 10, 0, 0, 123);
const EXPECTED = {
  timeMs: TIME_MS,
  memorySizeMB: 1_024,
  maxMemoryUsedMB: 311,
  durationMs: 182.4,
  billedDurationMs: 183,
};

function essentials({ functionName, timeMs, memorySizeMB, maxMemoryUsedMB, ...others }: Report) {
  const { durationMs, billedDurationMs } = others;
  return { functionName, timeMs, memorySizeMB, maxMemoryUsedMB, durationMs, billedDurationMs };
}

describe("a Logs Insights export", () => {
  const header = INSIGHTS_COLUMNS.join();
  const row = (log: string, ...cells: string[]) => ["2026-01-05 10:00:00.123", log, ...cells].join();
  const good = row("123456789012:/aws/lambda/orders", "1.024E9", "3.11E8", "182.4", "183.0", "250.1", "r-1");

  it("has the columns of the documented query", () => {
    const [query = ""] = blocks("");
    const [, fields = ""] = /\| fields (.*)/.exec(query) ?? [];
    assert.deepEqual(fields.split(", "), [...INSIGHTS_COLUMNS]);
  });

  it("is read unchanged: bytes become MB, the group names the function, and an empty cell is no value", async () => {
    const warm = row("123456789012:/aws/lambda/search", "128000000", "8.9E7", "12", "12.0", "", "r-2");
    const { reports, summary } = await readText([header, good, warm].join("\n"));
    assert.equal(summary.used, 2);
    assert.deepEqual(essentials(reports[0]!), { functionName: "orders", ...EXPECTED });
    assert.equal(reports[0]!.initDurationMs, 250.1);
    const { functionName, memorySizeMB, maxMemoryUsedMB, initDurationMs, requestId } = reports[1]!;
    assert.deepEqual(
      [functionName, memorySizeMB, maxMemoryUsedMB, initDurationMs, requestId],
      ["search", 128, 89, undefined, "r-2"],
    );
  });

  it("may be several exports in one file, quoted, and with lines that aren't reports", async () => {
    const quoted = good
      .split(",")
      .map((cell) => `"${cell}"`)
      .join();
    const noReport = row("123456789012:/aws/lambda/orders", "", "", "", "", "", "r-3");
    const { reports, summary } = await readText([header, good, noReport, header, quoted].join("\r\n"));
    assert.deepEqual(
      reports.map(({ functionName }) => functionName),
      ["orders", "orders"],
    );
    assert.deepEqual([summary.used, summary.rejected, summary.ignored], [2, 0, 1]);
  });

  it("takes the name and the version from the log stream if the group has another name", async () => {
    const text = `${header},@logStream\n${row("123456789012:team-logs", "512000000", "9E7", "1", "1", "", "r")},2026/01/05/orders[72]88ab`;
    const { reports } = await readText(text);
    assert.deepEqual([reports[0]!.functionName, reports[0]!.functionVersion], ["orders", "72"]);
  });

  it("loses no row without a reason", async () => {
    const rows = [
      row("123456789012:/aws/apigateway/x", "1.28E8", "1E8", "1", "1", "", "r"),
      row("123456789012:/aws/lambda/a", "1.234567E8", "1E8", "1", "1", "", "r"),
      row("123456789012:/aws/lambda/a", "1.28E8", "much", "1", "1", "", "r"),
      row("123456789012:/aws/lambda/a", "1.28E8"),
    ];
    const { summary } = await readText([header, ...rows].join("\n"));
    assert.deepEqual([summary.used, summary.rejected], [0, 4]);
    assert.deepEqual(
      summary.reasons.map(({ reason }) => reason.split(/[ ;]/)[0]),
      ["functionName", "memorySizeMB", "maxMemoryUsedMB", "the"],
    );
    await assert.rejects(
      readText("@timestamp,@log\n"),
      /without the column @memorySize, @maxMemoryUsed; docs/,
    );
  });
});

describe("log events as JSON", () => {
  const documentOf = (group: string, indent?: number) =>
    JSON.stringify(
      {
        logGroup: group,
        events: [
          { timestamp: TIME_MS, logStreamName: "2026/01/05/[$LATEST]88ab", message: "START RequestId: x\n" },
          { timestamp: TIME_MS, logStreamName: "2026/01/05/[7]88ab", message: REPORT },
        ],
      },
      null,
      indent,
    );

  for (const indent of [undefined, 4]) {
    it(`are read from many groups at once, ${indent === undefined ? "a line each" : "as the CLI indents them"}`, async () => {
      const groups = ["/aws/lambda/orders", "/aws/lambda/search"];
      const { reports, summary } = await readText(groups.map((g) => documentOf(g, indent)).join("\n"));
      assert.deepEqual(reports.map(essentials), [
        { functionName: "orders", ...EXPECTED },
        { functionName: "search", ...EXPECTED },
      ]);
      assert.equal(reports[0]!.functionVersion, "7");
      assert.deepEqual([summary.used, summary.rejected, summary.ignored], [2, 0, 2]);
    });
  }

  it("may come from a subscription, or be reports in JSON", async () => {
    const metrics = { durationMs: 182.4, billedDurationMs: 183, memorySizeMB: 1024, maxMemoryUsedMB: 311 };
    const time = new Date(TIME_MS).toISOString();
    const message = JSON.stringify({
      time,
      type: "platform.report",
      record: { requestId: "r", status: "success", metrics },
    });
    const document = {
      messageType: "DATA_MESSAGE",
      logGroup: "/aws/lambda/orders",
      logStream: "2026/01/05/[$LATEST]88ab",
      logEvents: [{ id: "1", timestamp: TIME_MS, message }],
    };
    const { reports } = await readText(JSON.stringify(document));
    assert.deepEqual(essentials(reports[0]!), { functionName: "orders", ...EXPECTED });
  });

  it("lose no document without a reason", async () => {
    const { summary } = await readText(
      `${documentOf("/aws/lambda/orders")}\n{"logGroup": "x"}\n{"logGroup": }\n`,
    );
    assert.deepEqual([summary.used, summary.rejected], [1, 2]);
  });
});

describe("docs/history.md's commands", () => {
  let directory: string;
  before(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "history-docs-"));
    // Answers as the AWS CLI does, for two groups.
    fs.writeFileSync(path.join(directory, "aws"), AWS, { mode: 0o755 });
  });
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  const shell = blocks("sh");
  it("are two loops over log groups", () => {
    assert.equal(shell.length, 2);
  });
  for (const [n, script] of shell.entries()) {
    it(`write a file that is read with every function's name: ${script.split("\n").at(-2)!}`, async () => {
      execFileSync("bash", ["-ec", script], {
        cwd: directory,
        env: { ...process.env, PATH: `${directory}:${process.env.PATH ?? ""}`, REPORT },
      });
      const file = ["history.json", "history.log"][n]!;
      const { reports, summary } = await readText(fs.readFileSync(path.join(directory, file)));
      assert.deepEqual(reports.map(essentials), [
        { functionName: "orders", ...EXPECTED },
        { functionName: "search", ...EXPECTED },
      ]);
      assert.equal(summary.rejected, 0);
    });
  }

  it("call the back-test and the run with valid arguments", () => {
    const calls = [...DOCUMENT.matchAll(/^ {4}npm (run backtest|start) -- (.*)$/gm)];
    assert.equal(calls.length, 2);
    for (const [, program, args] of calls) {
      const parse = program === "start" ? parseArguments : parseBackTestArguments;
      assert.equal(parse(args!.split(" ")).input, "history.csv");
    }
  });
});

/** Also checks its options: it rejects those that AWS doesn't have. */
const AWS = String.raw`#!/usr/bin/env node
const [service, call, ...args] = process.argv.slice(2);
const known = {
  "describe-log-groups": ["--log-group-name-prefix", "--query", "--output"],
  "filter-log-events": ["--log-group-name", "--filter-pattern", "--start-time", "--query", "--output"],
  tail: ["--since", "--format", "--filter-pattern"],
}[call];
const given = args.filter((arg) => arg.startsWith("--"));
if (service !== "logs" || given.some((option) => !known.includes(option))) process.exit(252);
const valueOf = (option) => args[args.indexOf(option) + 1];
const time = Date.UTC(2026, 0, 5, 10, 0, 0, 123);
if (call === "describe-log-groups") console.log("/aws/lambda/orders\t/aws/lambda/search");
if (call === "filter-log-events") {
  if (!/^\d{13}$/.test(valueOf("--start-time"))) process.exit(252);
  const group = valueOf("--log-group-name");
  const [, named, hash] = /^\{logGroup: '([^']+)', events: events\[\]\.\{(.*)\}\}$/.exec(valueOf("--query"));
  if (named !== group) process.exit(252);
  const event = { timestamp: time, logStreamName: "2026/01/05/[$LATEST]88ab", message: process.env.REPORT };
  const chosen = hash.split(", ").map((pair) => pair.split(": ")).map(([key, of]) => [key, event[of]]);
  console.log(JSON.stringify({ logGroup: group, events: [Object.fromEntries(chosen)] }, null, 4));
}
if (call === "tail") {
  console.log(new Date(time).toISOString() + " 2026/01/05/[$LATEST]88ab " + process.env.REPORT.trim());
}
`;
