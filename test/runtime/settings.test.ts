import assert from "node:assert/strict";
import { flinkProperties, updaterEnvironment } from "../../runtime/parts";
import { parseSettings, SettingError, SETTINGS } from "../../runtime/settings";

const SURROUNDINGS = {
  telemetryStreamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry",
  recommendationsStreamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/recommendations",
  functionArnPrefixes: ["arn:aws:lambda:eu-west-1:123456789012:function:"],
};

describe("the settings", () => {
  it("are the defaults if nothing is set, and allow every default", () => {
    const settings = parseSettings();
    for (const [key, { default: value }] of Object.entries(SETTINGS)) {
      assert.equal(settings[key as keyof typeof settings], value);
    }
    assert.deepEqual(
      parseSettings(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]))),
      settings,
    );
  });

  it("default to 14-day tumbling windows, 100 MB of buffer and a 15% peak margin", () => {
    const { windowType, windowLength, bucketLength, sizing, bufferMB, peakMargin } = parseSettings();
    assert.deepEqual(
      { windowType, windowLength, bucketLength, sizing, bufferMB, peakMargin },
      {
        windowType: "tumbling",
        windowLength: "14d",
        bucketLength: "1d",
        sizing: "average-above-peak",
        bufferMB: 100,
        peakMargin: 0.15,
      },
    );
  });

  const refused: [values: Record<string, string | number>, sentence: RegExp][] = [
    [
      { windowLength: "0d" },
      /^windowLength is "0d"; it must be a duration from 1s to 366d, such as 90s, 15m, 6h or 14d\.$/,
    ],
    [{ windowLength: "367d" }, /^windowLength is "367d"; /],
    [{ windowLength: "two weeks" }, /^windowLength is "two weeks"; /],
    [
      { windowLength: "36h" },
      /^windowLength is 36h; it must be a whole multiple of bucketLength, which is 1d\.$/,
    ],
    [{ bucketLength: "5d" }, /^windowLength is 14d; it must be a whole multiple of bucketLength/],
    [
      { windowType: "sliding", slide: "36h" },
      /^slide is 36h; it must be a whole multiple of bucketLength, which is 1d\.$/,
    ],
    [
      { windowType: "sliding", slide: "3d" },
      /^windowLength is 14d; it must be a whole multiple of slide, which is 3d\.$/,
    ],
    [
      { windowType: "per-function", windowLength: "36h" },
      /^windowLength is 36h; it must be a whole multiple/,
    ],
    [{ sessionGap: "0s" }, /^sessionGap is "0s"; it must be a duration from 1s to 366d/],
    [{ idleTimeout: "0s" }, /^idleTimeout is "0s"; /],
    [{ maxClockSkew: "2h" }, /^maxClockSkew is 2h; it must be at most lateness, which is 1h\.$/],
    [{ lateness: "59m" }, /^maxClockSkew is 1h; it must be at most lateness, which is 59m\.$/],
    [{ pressureInterval: "never" }, /^pressureInterval is "never"; it must be a duration from 0s to 366d/],
    [{ maxClockSkew: "soon" }, /^maxClockSkew is "soon"; it must be a duration from 0s to 366d/],
    [{ sizingPercentile: 101 }, /^sizingPercentile is 101; it must be a number from 0 to 100\.$/],
    [{ pressureStep: -0.1 }, /^pressureStep is -0\.1; it must be a number from 0 to 10\.$/],
    [{ maxStepUp: 0 }, /^maxStepUp is 0; it must be a number from 0\.01 to 100\.$/],
    [{ pressureStepsPerDay: 0 }, /^pressureStepsPerDay is 0; it must be a whole number from 1 to 1000\.$/],
    [{ readsPerSecond: 101 }, /^readsPerSecond is 101; it must be a number from 0\.1 to 100\.$/],
    [{ minActiveDays: 0 }, /^minActiveDays is 0; it must be a whole number from 1 to 366\.$/],
    [{ minInvocations: 0 }, /^minInvocations is 0; /],
    [{ lateness: "-1h" }, /^lateness is "-1h"; /],
    [{ bufferMB: "abc" }, /^bufferMB is "abc"; it must be a whole number from 0 to 10240\.$/],
    [{ bufferMB: "" }, /^bufferMB is ""; /],
    [{ bufferMB: 1.5 }, /^bufferMB is 1\.5; /],
    [{ peakMargin: "NaN" }, /^peakMargin is "NaN"; it must be a number from 0 to 10\.$/],
    [{ minMemoryMB: 127 }, /^minMemoryMB is 127; it must be a whole number from 128 to 10240\.$/],
    [{ maxMemoryMB: 20_000 }, /^maxMemoryMB is 20000; /],
    [
      { minMemoryMB: 512, maxMemoryMB: 256 },
      /^minMemoryMB is 512; it must be at most maxMemoryMB, which is 256\.$/,
    ],
    [{ sizing: "median" }, /^sizing is "median"; it must be one of average, average-above-peak, peak/],
    [{ windowType: "hopping" }, /^windowType is "hopping"; it must be /],
    [{ updateMode: "maybe" }, /^updateMode is "maybe"; it must be one of apply, recommend\.$/],
    [{ windowLenght: "7d" }, /^windowLenght is not a setting; the nearest is windowLength\.$/],
    [{ mixMemoryMB: 256 }, /^mixMemoryMB is not a setting; the nearest are minMemoryMB and maxMemoryMB\.$/],
    [{ frequency: "7d" }, /^frequency is not a setting; README\.md lists them under Configuration\.$/],
    [{ toString: "7d" }, /^toString is not a setting/],
    [{ peakMargin: 15 }, /^peakMargin is 15; it must be a number from 0 to 10: 0\.15 for 15%\.$/],
    [{ peakMargin: "15%" }, /^peakMargin is "15%"; it must be a number from 0 to 10: 0\.15 for 15%\.$/],
    [{ maxStepDown: "50" }, /^maxStepDown is "50"; it must be a number from 0\.01 to 1: 0\.5 for 50%\.$/],
    [
      { minChange: "32MB, 5%" },
      /^minChange is "32MB, 5%"; it must be megabytes .+: "32MB,5%", without a space\.$/,
    ],
    [
      { changeWindow: "Mon-Fri 09:00-17:00 Europe/Berlinn" },
      /^changeWindow is "Mon-Fri 09:00-17:00 Europe\/Berlinn"; it must be days, hours and an IANA time zone, such as .+ or empty for always\.$/,
    ],
    [
      { excludedFunctionArns: "orders, billing" },
      /^excludedFunctionArns is "orders, billing"; it must be Lambda /,
    ],
    [
      { allowedFunctionArns: "a:b, a:c" },
      /^allowedFunctionArns is "a:b, a:c"; it must be Lambda .+: "a:b,a:c", without a space\.$/,
    ],
  ];
  for (const [values, sentence] of refused) {
    it(`reject ${JSON.stringify(values)} in one sentence`, () => {
      assert.throws(
        () => parseSettings(values),
        (error) => error instanceof SettingError && sentence.test(error.message),
      );
    });
  }

  it("require a length to be a multiple only if the window type uses it", () => {
    parseSettings({ windowType: "session", windowLength: "36h" });
    parseSettings({ windowType: "tumbling", slide: "36h" });
  });

  const peakMargins: [given: string | number, used: number, sent: string][] = [
    [0.1 + 0.05, 0.15, "0.15"],
    ["0.15000000000000002", 0.15, "0.15"],
    [1e-7, 0.0000001, "0.0000001"],
    ["1e-7", 0.0000001, "0.0000001"],
    [".5", 0.5, "0.5"],
    ["1.", 1, "1"],
    [10.0000000001, 10, "10"],
    [-0, 0, "0"],
  ];
  for (const [given, used, sent] of peakMargins) {
    it(`send a peakMargin of ${JSON.stringify(given)} as ${sent}`, () => {
      const settings = parseSettings({ peakMargin: given });
      assert.ok(Object.is(settings.peakMargin, used));
      assert.equal(flinkProperties(settings, SURROUNDINGS).peakMargin, sent);
    });
  }

  for (const notANumber of ["0x1", " 1", "1 ", "Infinity", "1e999", "1d", "1_0", "--1", "", "."]) {
    it(`don't accept ${JSON.stringify(notANumber)} as a number`, () => {
      assert.throws(() => parseSettings({ peakMargin: notANumber }), SettingError);
      assert.throws(() => parseSettings({ bufferMB: notANumber }), SettingError);
    });
  }

  it("reach Flink and the updater as texts, each only those that it reads", () => {
    const settings = parseSettings({ windowLength: "7d", bufferMB: 50, updateMode: "recommend" });
    const properties = flinkProperties(settings, SURROUNDINGS);
    assert.equal(properties.windowLength, "7d");
    assert.equal(properties.bufferMB, "50");
    assert.ok(!("updateMode" in properties));
    const environment = updaterEnvironment(settings);
    assert.equal(environment.LAMBDA_MEMORY_OPTIMIZER_UPDATE_MODE, "recommend");
    assert.ok(!("LAMBDA_MEMORY_OPTIMIZER_WINDOW_LENGTH" in environment));
  });
});
