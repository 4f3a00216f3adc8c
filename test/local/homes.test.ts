/** One input with functions of several accounts and regions, and a fleet that must not be changed. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { mulberry32 } from "../../local/mulberry32";
import type { Recommendation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { comparable } from "../support/agreement";
import { expectedRecommendations } from "../../local/model/job";
import { recordOf } from "../support/telemetry";
import { run } from "./run-main";

const START_MS = 14 * 1_460 * MS_PER_DAY;
const DAYS = 28;

/** Functions with the same name and different needs in four homes, and one with a name of its own. */
const FLEET = [
  { functionArn: "arn:aws:lambda:eu-west-1:111111111111:function:orders", memorySizeMB: 2_048, usedMB: 300 },
  {
    functionArn: "arn:aws:lambda:eu-west-1:222222222222:function:orders",
    memorySizeMB: 2_048,
    usedMB: 1_900,
  },
  { functionArn: "arn:aws:lambda:us-east-1:111111111111:function:orders", memorySizeMB: 1_024, usedMB: 150 },
  { functionArn: "arn:aws-cn:lambda:cn-north-1:111111111111:function:orders", memorySizeMB: 512, usedMB: 90 },
  { functionArn: "arn:aws:lambda:us-east-1:111111111111:function:search", memorySizeMB: 3_008, usedMB: 700 },
];

function* reports() {
  const random = mulberry32(11);
  for (let day = 0; day < DAYS; day++) {
    for (const { functionArn, memorySizeMB, usedMB } of FLEET) {
      const timeMs = START_MS + day * MS_PER_DAY + Math.floor(random() * MS_PER_DAY);
      yield { timeMs, functionArn, memorySizeMB, maxMemoryUsedMB: Math.round(usedMB * (1 - 0.1 * random())) };
    }
  }
}

interface Result {
  readonly recommendations: Recommendation[];
  readonly updates: {
    readonly functionArn: string;
    readonly status: string;
    readonly from: number;
    readonly to: number;
    readonly reason: string;
  }[];
}

describe("npm start with several accounts and regions", () => {
  let directory: string;
  let input: string;
  const telemetry = [...reports()].map(({ timeMs, functionArn, ...use }) =>
    recordOf(functionArn.split(":").at(-1)!, timeMs, {
      functionArn,
      durationMs: 100,
      durationSquaredMs2: 100 ** 2,
      billedDurationMs: 100,
      ...use,
    }),
  );

  before(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "homes-test-"));
    input = path.join(directory, "input.csv");
    const rows = [...reports()].map(({ timeMs, functionArn, memorySizeMB, maxMemoryUsedMB }) =>
      [new Date(timeMs).toISOString(), functionArn, memorySizeMB, maxMemoryUsedMB, 100].join(),
    );
    fs.writeFileSync(input, `time,functionArn,memorySizeMB,maxMemoryUsedMB,durationMs\n${rows.join("\n")}\n`);
  });
  after(() => {
    fs.rmSync(directory, { recursive: true });
  });

  async function result(...settings: string[]): Promise<Result & { stdout: string }> {
    const json = path.join(directory, `${settings.join()}.json`);
    const set = ["minChange=0MB", ...settings].flatMap((setting) => ["--set", setting]);
    const { status, stdout, stderr } = await run([
      "--input",
      input,
      "--json",
      json,
      "--fold",
      "in-process",
      ...set,
    ]);
    assert.equal(status, 0, stderr);
    return { ...(JSON.parse(fs.readFileSync(json, "utf8")) as Result), stdout };
  }

  it("sizes each function by its own telemetry", async () => {
    const { recommendations, updates, stdout } = await result();
    const expected = comparable(expectedRecommendations(telemetry, parseSettings()));
    assert.equal(expected.length, 2 * FLEET.length);
    assert.deepEqual(comparable(recommendations), expected);
    for (const { functionArn, memorySizeMB } of FLEET) {
      let sizeMB = memorySizeMB;
      const own = updates.filter((update) => update.functionArn === functionArn);
      const sizes = expected.filter((recommendation) => recommendation.functionArn === functionArn);
      assert.equal(own.length, sizes.length);
      for (const [i, { recommendedMemorySizeMB }] of sizes.entries()) {
        assert.deepEqual([own[i]!.from, own[i]!.to], [sizeMB, recommendedMemorySizeMB]);
        sizeMB = recommendedMemorySizeMB;
      }
      const [, partition, , region, account, , name] = functionArn.split(":");
      const home = `${account} ${region}${partition === "aws" ? "" : ` ${partition}`}`;
      assert.match(stdout, new RegExp(`^${name} +${memorySizeMB} → ${sizeMB} .* ${home}$`, "m"));
    }
  });

  it("shows what it would do, and changes nothing, with updateMode recommend", async () => {
    const { updates, stdout } = await result("updateMode=recommend");
    const last = comparable(expectedRecommendations(telemetry, parseSettings())).slice();
    assert.ok(updates.every(({ status, reason }) => status === "skipped" && reason === "recommend-mode"));
    for (const { functionArn, memorySizeMB } of FLEET) {
      const { recommendedMemorySizeMB: toMB, peakMB } = last.findLast(
        (one) => one.functionArn === functionArn,
      )!;
      assert.ok(
        updates.every((update) => update.functionArn !== functionArn || update.from === memorySizeMB),
      );
      const [, , , region, account, , name] = functionArn.split(":");
      const row = new RegExp(
        `^${name} +${memorySizeMB} → ${toMB} .* ${peakMB} +(\\S+) +\\S+ +${account} ${region}`,
        "m",
      );
      const saving = Number(row.exec(stdout)?.[1]?.replaceAll(",", ""));
      const perMonth = ((memorySizeMB - toMB) / 1_024) * 0.1 * DAYS * (730 / 24 / DAYS);
      assert.ok(Math.abs(saving - perMonth) < 1 + 0.05 * Math.abs(perMonth), stdout);
    }
    assert.match(stdout, /updateMode is recommend: nothing was changed/);
  });
});
