/** `npm run backtest` as a process. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import type { PolicyResult } from "../../local/backtest/advice";
import type { Change, FleetDay } from "../../local/fleet/day-book";
import { sampleFleet } from "../../local/sample-fleet";
import { TYPESCRIPT_LOADER } from "../../local/typescript-loader";
import { told } from "../local/run-main";

const MAIN = path.join(__dirname, "../../local/backtest/main.ts");
const KEYS = [
  "name",
  "settings",
  "daysBeyond",
  "invocationsBeyond",
  "meanSlackMB",
  "meanSlowdown",
  "worstSlowdown",
  "costPerMonth",
  "changesPerFunctionAndMonth",
  "onFrontier",
];

interface Document {
  readonly policies: readonly PolicyResult[];
  readonly advice: { readonly policy: string; readonly sentence: string; readonly stackConfig: string };
  readonly verdict: { readonly savedPerMonth: number; readonly costPerMonth: number };
  readonly peaksAtCap: { readonly functionDays: number };
  readonly days: readonly FleetDay[];
  readonly changes: readonly Change[];
}

async function backTest(...args: string[]) {
  const child = spawn(process.execPath, [...TYPESCRIPT_LOADER, MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { status, stdout, stderr };
}

describe("npm run backtest", () => {
  let directory: string;
  before(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "back-test-"))));
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  async function document(name: string, ...args: string[]) {
    const json = path.join(directory, name);
    const { status, stdout, stderr } = await backTest(...args, "--json", json);
    assert.equal(status, 0, stderr);
    const bytes = fs.readFileSync(json, "utf8");
    return { bytes, stdout, result: JSON.parse(bytes) as Document };
  }

  it("shows each policy's result for the sample, and which one to take; the same every time", async () => {
    const { bytes, stdout, result } = await document("one.json");
    assert.equal((await document("two.json")).bytes, bytes);
    for (const policy of result.policies) assert.deepEqual(Object.keys(policy).sort(), [...KEYS].sort());
    const { policy: name, sentence, stackConfig } = result.advice;
    assert.ok(stdout.includes(sentence));
    const advised = result.policies.find((policy) => policy.name === name)!;
    const { config } = parse(stackConfig) as { config: Record<string, unknown> };
    assert.deepEqual(
      Object.entries(config).map(([key, value]) => [
        key.replace("lambda-memory-optimizer:", ""),
        String(value),
      ]),
      Object.entries(advised.settings).map(([key, value]) => [key, String(value)]),
    );
    const { savedPerMonth, costPerMonth } = result.verdict;
    assert.ok(Math.abs(costPerMonth - savedPerMonth - advised.costPerMonth) < 0.02);
    const months = 56 / (730 / 24);
    const functions = sampleFleet().functions.length;
    assert.ok(
      Math.abs(result.changes.length / functions / months - advised.changesPerFunctionAndMonth) < 1e-9,
      "the changes are those of the advised policy",
    );
    assert.equal(result.days.length, functions * 56);
  });

  it("reads a recording, and says how many peaks are at the cap", async () => {
    const input = path.join(directory, "recording.csv");
    const rows = Array.from({ length: 30 }, (_, day) => {
      const time = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
      return [`${time},api,1024,${day === 9 ? 1024 : 300},100`, `${time},idle,512,90,20`];
    }).flat();
    const header = "time,functionName,memorySizeMB,maxMemoryUsedMB,durationMs";
    fs.writeFileSync(input, `${[header, ...rows].join("\n")}\n`);
    const policy = ["--policy", "sizing=peak,peakMargin=0.5"];
    const page = path.join(directory, "recorded.html");
    const args = ["--input", input, ...policy, "--report", page];
    const { stdout, result } = await document("recorded.json", ...args);
    assert.ok(fs.readFileSync(page, "utf8").includes("sizing=peak,peakMargin=0.5"));
    assert.deepEqual(
      result.policies.map(({ name }) => name),
      ["default", "sizing=peak,peakMargin=0.5"],
    );
    assert.equal(result.peaksAtCap.functionDays, 1);
    assert.match(stdout, /^1 of 60 function-days \(1\.7%, of 1 function\) have their peak at the cap/m);
    assert.match(stdout, /^60 reports read, 60 used, 0 rejected$/m);
  });

  it("says in one sentence what is wrong, and explains itself", async () => {
    const missing = await backTest("--input", path.join(directory, "none.csv"));
    assert.equal(missing.status, 1);
    assert.match(told(missing.stderr)[0]!, /none\.csv.*\.$/);
    const wrong = await backTest("--policy", "sizing=best");
    assert.deepEqual([wrong.status, told(wrong.stderr).length], [2, 1]);
    const help = await backTest("--help");
    for (const option of [
      "input",
      "function",
      "fleet",
      "demand",
      "days",
      "policy",
      "set",
      "json",
      "report",
      "help",
    ]) {
      assert.ok(help.stdout.includes(`--${option}`), option);
    }
  });
});
