import assert from "node:assert/strict";
import fc from "fast-check";
import { adviceOn, withFrontier, type PolicyResult } from "../../local/backtest/advice";
import { parseBackTestArguments } from "../../local/backtest/arguments";
import type { Walked } from "../../local/backtest/walk";
import { parse } from "yaml";
import { SettingError } from "../../runtime/settings";
import { UsageError } from "../../local/usage-error";

function walked(invocationsBeyond: number, costPerMonth: number, meanSlowdown: number): Walked {
  return {
    invocations: 1_000_000,
    daysBeyond: invocationsBeyond,
    invocationsBeyond,
    meanSlackMB: 100,
    meanSlowdown,
    worstSlowdown: meanSlowdown,
    gbSecondsPerMonth: 1,
    costPerMonth,
    changesPerFunctionAndMonth: 1,
    days: [],
    changes: [],
  };
}

function results(...walks: Walked[]): [PolicyResult, ...PolicyResult[]] {
  const [first, ...others] = withFrontier(
    walks.map((walked, n) => ({ policy: { name: `policy ${n}`, settings: { bufferMB: n } }, walked })),
  );
  return [first!, ...others];
}

describe("the frontier", () => {
  it("has the policies that no other beats, by hand", () => {
    const frontier = results(
      walked(10, 50, 1.1), // beaten by the next in cost
      walked(10, 40, 1.1),
      walked(0, 60, 1.1),
      walked(20, 40, 1.1), // beaten in invocations
      walked(10, 40, 1.1), // as good as the second
      walked(50, 90, 1),
    );
    assert.deepEqual(
      frontier.map(({ onFrontier }) => onFrontier),
      [false, true, true, false, true, true],
    );
  });

  it("always has the cheapest, and every policy off it is beaten by one on it", () => {
    const anyWalk = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5)).map(([a, b, c]) => walked(a, b, 1 + c / 10));
    fc.assert(
      fc.property(fc.array(anyWalk, { minLength: 1, maxLength: 12 }), (walks) => {
        const all = results(...walks);
        const on = all.filter(({ onFrontier }) => onFrontier);
        const least = Math.min(...all.map(({ costPerMonth }) => costPerMonth));
        assert.ok(on.some(({ costPerMonth }) => costPerMonth === least));
        for (const policy of all.filter(({ onFrontier }) => !onFrontier)) {
          assert.ok(
            on.some(
              (other) =>
                other.invocationsBeyond <= policy.invocationsBeyond &&
                other.costPerMonth <= policy.costPerMonth &&
                other.meanSlowdown <= policy.meanSlowdown,
            ),
          );
        }
      }),
    );
  });
});

describe("the advice", () => {
  it("is the cheapest policy that keeps 99.99% of the invocations within their size", () => {
    const all = results(walked(0, 60, 1.1), walked(100, 50, 1.2), walked(101, 10, 1));
    const { policy, sentence, stackConfig } = adviceOn(all, 1_000_000, { costPerMonth: 80 });
    assert.equal(policy, "policy 1");
    assert.equal(
      sentence,
      'Take "policy 1": it is the cheapest of the 2 of 3 policies that keep 99.99% of the invocations within their size. It costs $50.00 a month, $30.00 less than now, at 1.20 times the duration on average and 1.20 times at worst.',
    );
    assert.deepEqual(parse(stackConfig), { config: { "lambda-memory-optimizer:bufferMB": 1 } });
  });

  it("is the cheapest of those with the fewest beyond, if none keeps that many", () => {
    const all = results(walked(900, 10, 1), walked(500, 60, 1), walked(500, 50, 1));
    const { policy, sentence } = adviceOn(all, 1_000_000, { costPerMonth: 40 });
    assert.equal(policy, "policy 2");
    assert.match(
      sentence,
      /fewest invocations beyond their size \(500 of 1,000,000\).* \$10\.00 more than now/,
    );
  });
});

describe("the back-test's command line", () => {
  it("compares every sizing with every window type, once each, the default first", () => {
    const { policies } = parseBackTestArguments([]);
    const [first] = policies;
    assert.equal(first!.policy.name, "default");
    for (const key of ["sizing", "windowType"] as const) {
      assert.equal(new Set(policies.map(({ settings }) => settings[key])).size, 4, key);
    }
    assert.equal(new Set(policies.map(({ settings }) => JSON.stringify(settings))).size, policies.length);
  });

  it("compares the user's own policies with the default, all with what --set says", () => {
    const line = "--policy sizing=percentile,sizingPercentile=90 --policy bufferMB=50 --set cooldown=48h";
    const { policies } = parseBackTestArguments(line.split(" "));
    assert.deepEqual(
      policies.map(({ policy }) => policy),
      [
        { name: "default", settings: { cooldown: "48h" } },
        {
          name: "sizing=percentile,sizingPercentile=90",
          settings: { cooldown: "48h", sizing: "percentile", sizingPercentile: "90" },
        },
        { name: "bufferMB=50", settings: { cooldown: "48h", bufferMB: "50" } },
      ],
    );
    assert.ok(policies.every(({ settings }) => settings.cooldown === "48h"));
    assert.equal(policies[1]!.settings.sizingPercentile, 90);
  });

  const wrong: readonly (readonly [string, new () => Error, RegExp])[] = [
    ["--policy sizing", UsageError, /^--policy is "sizing"; it must be settings and their values/],
    ["--policy sizing=best", SettingError, /^sizing is "best"; it must be one of/],
    ["--policy sizign=peak", SettingError, /^sizign is not a setting/],
    ["--input a.csv --fleet b.json", UsageError, /^--fleet means nothing with --input/],
    ["--function api", UsageError, /^--function means nothing without --input/],
    ["--days 0", UsageError, /^--days is "0"/],
    ["--json a --report a", UsageError, /^--report and --json are both a; they must be two files/],
    ["--nonsense", UsageError, /--nonsense.*; see npm run backtest -- --help\.$/],
  ];
  for (const [line, kind, message] of wrong) {
    it(`is refused in one sentence: ${line}`, () => {
      assert.throws(
        () => parseBackTestArguments(line.split(" ")),
        (error) => error instanceof kind && message.test(error.message) && /^[^\n]+\.$/.test(error.message),
      );
    });
  }
});
