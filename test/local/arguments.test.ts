import assert from "node:assert/strict";
import { helpText, parseArguments } from "../../local/arguments";
import { UsageError } from "../../local/usage-error";
import { checkFleet } from "../../local/fleet/fleet-file";
import { REQUIRED_COLUMNS } from "../../local/input/csv";
import { parseSettings, SettingError, SETTINGS, type SettingKey } from "../../runtime/settings";

/** A fleet reacts as in AWS; only the pace is this machine's. */
const FLEET = { updatesPerSecond: 100, readsPerSecond: 100, pressureInterval: "0s" };
/** A recording doesn't react to a change, so every size is applied at once here, and durations are left out. */
const REPLAY = {
  maxStepDown: 1,
  maxStepUp: 100,
  maxSlowdown: "off",
  pressureStepsPerDay: 1_000,
  cooldown: "0s",
  updatesPerSecond: 100,
  readsPerSecond: 100,
  pressureInterval: "0s",
};

describe("the command line", () => {
  it("stands for the sample at the default settings if it is empty", () => {
    assert.deepEqual(parseArguments([]), {
      help: false,
      input: undefined,
      functionName: undefined,
      fleet: undefined,
      demand: undefined,
      days: undefined,
      json: undefined,
      report: undefined,
      fold: "auto",
      via: undefined,
      settings: parseSettings(FLEET),
    });
  });

  it("gives files, function, fold and settings", () => {
    const line =
      "--input a.csv --function api --json b.json --report c.html --via layer --fold layer --set windowLength=7d --set bufferMB=50";
    assert.deepEqual(parseArguments(line.split(" ")), {
      help: false,
      input: "a.csv",
      functionName: "api",
      fleet: undefined,
      demand: undefined,
      days: undefined,
      json: "b.json",
      report: "c.html",
      fold: "layer",
      via: "layer",
      settings: parseSettings({ ...REPLAY, windowLength: "7d", bufferMB: 50 }),
    });
  });

  it("accepts a setting that has another default here", () => {
    assert.equal(parseArguments(["--input", "a.csv", "--set", "maxStepDown=0.5"]).settings.maxStepDown, 0.5);
  });

  it("gives a fleet, which runs at a stack's settings except for the pace", () => {
    const { fleet, demand, days, settings } = parseArguments(
      "--fleet a.json --demand b.csv --days 7 --set bufferMB=50".split(" "),
    );
    assert.deepEqual([fleet, demand, days], ["a.json", "b.csv", 7]);
    assert.deepEqual(settings, parseSettings({ ...FLEET, bufferMB: 50 }));
  });

  const wrong: readonly (readonly [string, new () => Error, RegExp])[] = [
    ["--inptu a.csv", UsageError, /--inptu/],
    ["a.csv", UsageError, /a\.csv/],
    ["--input", UsageError, /--input/],
    ["--fold sideways", UsageError, /^--fold is "sideways"; it must be one of auto, layer/],
    ["--fold layer", UsageError, /^--fold means nothing without --input/],
    ["--input a.csv --via sideways", UsageError, /^--via is "sideways"; it must be one of layer, logs\.$/],
    ["--via logs", UsageError, /^--via means nothing without --input/],
    ["--input a.csv --via logs --fold layer", UsageError, /^--fold means nothing with --via logs\.$/],
    ["--function api", UsageError, /^--function means nothing without --input/],
    ["--input b.csv --days 7", UsageError, /^--days means nothing with --input/],
    ["--fleet a.json --input b.csv", UsageError, /^--fleet means nothing with --input/],
    ["--fleet a.json --days 1.5", UsageError, /^--days is "1.5"; it must be a whole number/],
    [
      "--json a/b --report a/x/../b",
      UsageError,
      /^--report and --json are both a\/x\/\.\.\/b; they must be two files/,
    ],
    ["--set bufferMB", UsageError, /^--set is "bufferMB"; it must be a setting and its value/],
    ["--set =5", UsageError, /^--set is "=5"/],
    ["--set bufferMB=abc", SettingError, /^bufferMB is "abc"; it must be a whole number/],
    ["--set windowLength=0d", SettingError, /^windowLength is "0d"/],
    ["--set __proto__=1", SettingError, /^__proto__ is not a setting/],
  ];
  for (const [line, kind, message] of wrong) {
    it(`is refused in one sentence: ${line}`, () => {
      assert.throws(
        () => parseArguments(line.split(" ")),
        (error) => {
          assert.ok(error instanceof kind);
          assert.match(error.message, message);
          assert.match(error.message, /^[^\n]+\.$/);
          return true;
        },
      );
    });
  }

  it("has a help that names every option, setting, required column and exit status", () => {
    const help = helpText();
    for (const option of ["input", "function", "fleet", "demand", "days", "json", "set", "fold", "help"]) {
      assert.ok(help.includes(`  --${option}`), option);
    }
    for (const [key, value] of Object.entries(REPLAY)) assert.ok(help.includes(`${key}=${value}`), key);
    for (const [key, value] of Object.entries(parseSettings(FLEET))) {
      assert.ok(help.includes(`${key}=${value}`), key);
      assert.ok(help.includes(SETTINGS[key as SettingKey].description.replaceAll("`", "")), key);
    }
    for (const column of REQUIRED_COLUMNS) assert.ok(help.includes(column), column);
    assert.doesNotThrow(() => checkFleet(JSON.parse(/\{"start"[^]*?\n\n/.exec(help)![0]), "help"));
    assert.match(help, /Exit status: 0 .*1 .*2 /);
  });
});
