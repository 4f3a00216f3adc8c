import assert from "node:assert/strict";
import { flinkProperties, updaterEnvironment } from "../../runtime/parts";
import { parseSettings, SettingError, SETTINGS } from "../../runtime/settings";

describe("the settings", () => {
  it("are the defaults where nothing is set, and every default is allowed", () => {
    const settings = parseSettings();
    for (const [key, { default: value }] of Object.entries(SETTINGS)) {
      assert.equal(settings[key as keyof typeof settings], value);
    }
    assert.deepEqual(
      parseSettings(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]))),
      settings,
    );
  });

  it("are the mission's own", () => {
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
    [{ windowLenght: "7d" }, /^windowLenght is not a setting; it must be one of windowType, /],
    [{ toString: "7d" }, /^toString is not a setting/],
  ];
  for (const [values, sentence] of refused) {
    it(`refuse ${JSON.stringify(values)} in one sentence`, () => {
      assert.throws(
        () => parseSettings(values),
        (error) => error instanceof SettingError && sentence.test(error.message),
      );
    });
  }

  it("hold a length to a multiple only where the window type uses it", () => {
    parseSettings({ windowType: "session", windowLength: "36h" });
    parseSettings({ windowType: "tumbling", slide: "36h" });
  });

  it("are rounded to nine decimals, and refused where a number is written otherwise", () => {
    assert.equal(parseSettings({ peakMargin: 0.1 + 0.05 }).peakMargin, 0.15);
    assert.equal(parseSettings({ peakMargin: "1e-7" }).peakMargin, 1e-7);
    for (const peakMargin of ["0x1", " 1", "+1", "1.", ".5", "1e999"]) {
      assert.throws(() => parseSettings({ peakMargin }), SettingError, peakMargin);
    }
  });

  it("reach Flink and the updater as texts, each of them its own", () => {
    const settings = parseSettings({ windowLength: "7d", bufferMB: 50, updateMode: "recommend" });
    const properties = flinkProperties(settings, {
      telemetryStreamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry",
      recommendationsStreamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/recommendations",
      functionArnPrefixes: [],
    });
    assert.equal(properties.windowLength, "7d");
    assert.equal(properties.bufferMB, "50");
    assert.ok(!("updateMode" in properties));
    const environment = updaterEnvironment(settings);
    assert.equal(environment.LAMBDA_MEMORY_OPTIMIZER_UPDATE_MODE, "recommend");
    assert.ok(!("LAMBDA_MEMORY_OPTIMIZER_WINDOW_LENGTH" in environment));
  });
});
