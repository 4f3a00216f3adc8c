import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import fc from "fast-check";
import { flinkProperties, functionArnPrefix } from "../../runtime/parts";
import {
  parseSettings,
  SettingError,
  SETTINGS,
  type SettingKey,
  type Settings,
} from "../../runtime/settings";
import { FLINK_JAR } from "../../scripts/artefact-paths";
import { javaCommand } from "../../scripts/java-command";

const SEED = Number(process.env.FC_SEED ?? 1);
const CASES = 3_000;

const SURROUNDINGS = {
  telemetryStreamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry",
  recommendationsStreamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/recommendations",
  functionArnPrefixes: [functionArnPrefix("arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry")],
};
const KEYS = Object.keys(flinkProperties(parseSettings(), SURROUNDINGS)).filter(
  (key): key is SettingKey => key in SETTINGS,
);

/** Texts of every kind that a user may set, some of them allowed. */
const text = fc.oneof(
  fc.constantFrom(...KEYS.map((key) => String(SETTINGS[key].default))),
  fc.tuple(fc.nat(400), fc.constantFrom("s", "m", "h", "d", "w", "")).map(([n, unit]) => `${n}${unit}`),
  fc.constantFrom("0s", "366d", "367d", "31622400s", "31622401s", "0000000001d", "1 d", "1.5h"),
  fc.constantFrom("session", "sliding", "per-function", "average", "peak", "percentile", "median"),
  fc.constantFrom("", " 1", "+1", "-1", "0x10", "1e3", "1e-7", "1E2", "1.", ".5", "NaN", "Infinity", "1e99"),
  fc.constantFrom(
    "10.0000000004",
    "10.0000000005",
    "0.15000000000000002",
    "128.0000000001",
    "127.9999999999",
  ),
  fc.double({ min: 0, max: 12_000, noNaN: true }).map(String),
  fc.double({ min: 0, max: 1, noNaN: true }).map(String),
  fc.double({ min: 0, max: 11, noNaN: true }).map((value) => value.toFixed(12)),
  fc.nat(12_000).map(String),
);
const given = fc.dictionary(fc.constantFrom(...KEYS), text, { minKeys: 1, maxKeys: 3 });

describe("the settings and the Flink job's parameters", () => {
  it("are checked by one rule: both sides accept and reject the same values, in the same words", () => {
    const cases = fc.sample(given, { numRuns: CASES, seed: SEED });
    const ours = cases.map(problemOf);
    const theirs = problemsOfJob(
      cases.map((values) => ({ ...flinkProperties(parseSettings(), SURROUNDINGS), ...values })),
    );
    const taken = ours.filter((problem) => problem === "").length;
    assert.ok(taken > CASES / 20 && taken < CASES / 2, `${taken} of ${CASES} are allowed`);
    for (const [i, values] of cases.entries()) {
      assert.equal(
        theirs[i],
        withoutHint(ours[i]!, theirs[i]!),
        `${JSON.stringify(values)}, FC_SEED=${SEED}`,
      );
    }
  });

  it("fit together: the job accepts every number that a program computes", () => {
    const number = fc.oneof(
      fc
        .tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }))
        .map(([a, b]) => a / 100 + b / 100),
      fc.double({ min: 0, max: 10, noNaN: true }),
      fc.constantFrom(1e-9, 4e-10, 0.1 + 0.05, 1 / 3, 10),
    );
    const settings = fc.sample(number, { numRuns: CASES, seed: SEED }).map((peakMargin): Settings => {
      return parseSettings({ peakMargin, pressureStep: peakMargin, sizingPercentile: 10 * peakMargin });
    });
    const problems = problemsOfJob(settings.map((each) => flinkProperties(each, SURROUNDINGS)));
    assert.deepEqual([...new Set(problems)], [""]);
  });
});

/** The sentence with which the settings reject some values, or an empty text. */
function problemOf(values: Readonly<Record<string, string>>): string {
  try {
    parseSettings(values);
    return "";
  } catch (error) {
    assert.ok(error instanceof SettingError);
    return error.message;
  }
}

/** A hint such as `: 0.15 for 15%` helps those who write the config. The job leaves it out. */
function withoutHint(ours: string, theirs: string): string {
  return theirs !== "" && ours.startsWith(`${theirs.slice(0, -1)}: `) ? theirs : ours;
}

/** The sentence with which the job rejects each group of parameters, or an empty text. */
function problemsOfJob(groups: readonly Readonly<Record<string, string>>[]): string[] {
  const java = javaCommand("java");
  const lines = groups.map((group) => Object.entries(group).flat().join("\t"));
  return execFileSync(java, ["-cp", FLINK_JAR, path.join(__dirname, "ParameterProblems.java")], {
    input: lines.join("\n"),
    encoding: "utf8",
  })
    .split("\n")
    .slice(0, -1);
}
