import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { sampleReports } from "./sample-reports";
import type { Report } from "../../local/input/report";
import type { Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { telemetryOf } from "../support/telemetry";
import { dataOf } from "../report/page-data";
import { omit } from "../../runtime/updater/omit";
import { comparable } from "../support/agreement";
import { expectedRecommendations } from "../../local/model/job";
import { descendants, isAlive, run, start, told } from "./run-main";

function csv(reports: readonly Report[]): string {
  const rows = reports.map((r) =>
    [
      new Date(r.timeMs).toISOString(),
      r.functionName,
      r.memorySizeMB,
      r.maxMemoryUsedMB,
      r.durationMs,
      r.status,
      r.requestId,
    ].join(),
  );
  return `time,functionName,memorySizeMB,maxMemoryUsedMB,durationMs,status,requestId\n${rows.join("\n")}\n`;
}

/** The fields that a recording determines: without this machine's CPU time and the layer's rounded sums of squares. */
function predictable(recommendation: Recommendation): Recommendation {
  const { atMemorySize } = recommendation;
  if (!atMemorySize) return recommendation;
  assert.ok(
    (atMemorySize.durationSquaredMs2 ?? 0) >= atMemorySize.durationMs ** 2 / atMemorySize.invocations - 1,
  );
  const figures = omit(atMemorySize, "cpuMs", "cpuDurationMs", "durationSquaredMs2");
  return { ...recommendation, atMemorySize: figures };
}

describe("npm start", () => {
  let directory: string;
  before(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "main-test-"))));
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  it("takes a user's measurements all the way to the functions' new sizes", async () => {
    const functions = ["checkout-api", "audit-log-indexer", "webhook-relay"];
    const reports = [...sampleReports()]
      .filter(({ functionName }) => functions.includes(functionName))
      .filter(({ timeMs }, i) => i % 5 === 0 && timeMs % (14 * MS_PER_DAY) < 4 * MS_PER_DAY);
    const input = path.join(directory, "measurements.csv");
    const json = path.join(directory, "result.json");
    const report = path.join(directory, "report.html");
    fs.writeFileSync(input, `${csv(reports)}not,a,row,at,all,x,y\n`);

    const { status, stdout, stderr } = await run([
      "--input",
      input,
      "--json",
      json,
      "--report",
      report,
      "--set",
      "bufferMB=64",
      "--set",
      "minChange=0MB",
    ]);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /through \d+ sandboxes with the layer/);

    const result = JSON.parse(fs.readFileSync(json, "utf8")) as {
      recommendations: Recommendation[];
      updates: { functionName: string; status: string; from: number; to: number; reason: string }[];
      input: { read: number; used: number; rejected: number; reasons: { firstLine: number }[] };
    };
    const { read, used, rejected, reasons } = result.input;
    assert.deepEqual(
      { read, used, rejected },
      { read: reports.length + 1, used: reports.length, rejected: 1 },
    );
    assert.equal(reasons[0]?.firstLine, reports.length + 2);

    const settings = parseSettings({ bufferMB: 64 });
    const expected = expectedRecommendations(reports.map(telemetryOf), settings);
    assert.equal(expected.length, 6);
    assert.deepEqual(comparable(result.recommendations.map(predictable)), comparable(expected));

    const page = dataOf(fs.readFileSync(report, "utf8"));
    // Every recommendation was settled, in the order of its windows, each from the size that the previous one had left.
    for (const functionName of functions) {
      let sizeMB = reports.findLast((report) => report.functionName === functionName)!.memorySizeMB;
      const own = comparable(expected).filter(
        (recommendation) => recommendation.functionName === functionName,
      );
      const updates = result.updates.filter((update) => update.functionName === functionName);
      assert.equal(updates.length, own.length);
      for (const [i, { recommendedMemorySizeMB: to }] of own.entries()) {
        assert.deepEqual([updates[i]!.from, updates[i]!.to], [sizeMB, to]);
        assert.equal(updates[i]!.status, sizeMB === to ? "skipped" : "applied");
        sizeMB = to;
      }
      assert.match(stdout, new RegExp(`${functionName} .* → ${sizeMB} `));
      const shown = page.functions.find(({ name }) => name === functionName)!;
      assert.equal(shown.toMB, sizeMB);
      assert.deepEqual(
        shown.decisions.to,
        updates.map((update) => update.to),
      );
      assert.equal(shown.curve?.source, "predicted");
    }
    assert.deepEqual([page.title, page.kind, page.days], ["measurements.csv", "recording", []]);
  });

  it("ends with everything that it started when it is interrupted", async () => {
    const child = start([]);
    let below: number[] = [];
    for await (const line of createInterface(child.stderr)) {
      // By then there are Kinesis, Flink and the updater.
      if (!line.includes("day 1 of 56")) continue;
      below = descendants(child.pid!);
      child.kill("SIGINT");
      break;
    }
    child.stderr.resume();
    const [status] = (await once(child, "close")) as [number | null];
    assert.equal(status, 130);
    assert.ok(below.length >= 2, `${below.length} processes`);
    // The shell that removes the run's folder checks once more, a moment after the run, that it is gone.
    for (const endMs = Date.now() + 10_000; below.some(isAlive) && Date.now() < endMs;) await sleep(50);
    assert.deepEqual(below.filter(isAlive), []);
  });

  it("can be interrupted while it waits for the writer of a FIFO", async () => {
    const fifo = path.join(directory, "fifo");
    execFileSync("mkfifo", [fifo]);
    const child = start(["--input", fifo]);
    for await (const line of createInterface(child.stderr)) {
      if (!line.includes(`reading ${fifo}`)) continue;
      child.kill("SIGTERM");
      break;
    }
    child.stderr.resume();
    assert.deepEqual((await once(child, "close"))[0], 143);
  });

  const faults: [name: string, args: () => string[], status: number, sentence: RegExp][] = [
    [
      "an impossible length",
      () => ["--set", "windowLength=0d"],
      2,
      /^windowLength is "0d"; it must be .*\.$/,
    ],
    [
      "not a multiple of the bucket",
      () => ["--set", "windowLength=36h"],
      2,
      /^windowLength is 36h; it must be .*\.$/,
    ],
    ["an invalid number", () => ["--set", "bufferMB=abc"], 2, /^bufferMB is "abc"; it must be .*\.$/],
    ["an unknown option", () => ["--inptu", "x"], 2, /--inptu.*\.$/],
    ["a file that isn't there", () => ["--input", path.join(directory, "none.csv")], 1, /none\.csv.*\.$/],
    [
      "an empty file",
      () => {
        fs.writeFileSync(path.join(directory, "empty.csv"), "");
        return ["--input", path.join(directory, "empty.csv")];
      },
      1,
      /empty\.csv is empty\.$/,
    ],
    [
      "a result that can't be written, before anything is read",
      () => ["--json", path.join(directory, "no-such-folder", "out.json"), "--input", "none.csv"],
      2,
      /^--json is .*out\.json, which can't be written: there is no such folder\.$/,
    ],
    [
      "a report that can't be written, before anything is read",
      () => ["--report", path.join(directory, "no-such-folder", "out.html"), "--fleet", "none.json"],
      2,
      /^--report is .*out\.html, which can't be written: there is no such folder\.$/,
    ],
    [
      "a folder as the result",
      () => ["--json", directory],
      2,
      /^--json is .*, which can't be written: it is a directory\.$/,
    ],
  ];
  for (const [name, args, expected, sentence] of faults) {
    it(`says in one sentence what is wrong with ${name}`, async () => {
      const { status, stdout, stderr } = await run(args());
      assert.equal(status, expected);
      assert.equal(stdout, "");
      assert.equal(told(stderr).length, 1, stderr);
      assert.match(told(stderr)[0]!, sentence);
    });
  }

  it("fails if no row could be used, and says why", async () => {
    const input = path.join(directory, "useless.csv");
    fs.writeFileSync(
      input,
      "time,functionName,memorySizeMB,maxMemoryUsedMB\nnever,a,128,64\nnever,b,128,64\n",
    );
    const { status, stderr } = await run(["--input", input]);
    assert.equal(status, 1);
    assert.match(
      stderr,
      /useless\.csv: no row could be used\.\n2 reports read, 0 used, 2 rejected\n.*line 2: time /,
    );
  });

  it("says in one sentence that there is no Java", async () => {
    const env = { ...process.env, JAVA_HOME: undefined };
    const { status, stderr } = await run([], { ...env, PATH: directory });
    assert.equal(status, 1);
    assert.match(stderr, /\n?Java 17 or later is needed to run Flink: .*\.\n$/);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });

  it("explains itself", async () => {
    const { status, stdout } = await run(["--help"]);
    assert.equal(status, 0);
    for (const word of ["--input", "--json", "--report", "--set", "windowLength", "bufferMB"])
      assert.ok(stdout.includes(word), word);
  });
});
