/** The schedule of a Flink application, compared with a clock that evaluates cron expressions. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { cronExpression, gaps, parseRunSchedule } from "../../runtime/run-schedule";

const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const WEEK = 7 * 24 * 60;

/** The minutes of a week at which an expression is due, found by checking each of them. */
function due(expression: string): number[] {
  const [minute, hours, dayOfMonth, month, days, year] = /^cron\((.+)\)$/.exec(expression)![1]!.split(" ");
  assert.deepEqual([dayOfMonth, month, year], ["?", "*", "*"]);
  return Array.from({ length: WEEK }, (_, i) => i).filter((at) => {
    const day = DAYS[Math.floor(at / 1_440)]!;
    return (
      at % 60 === Number(minute) &&
      hours!
        .split(",")
        .map(Number)
        .includes(Math.floor((at % 1_440) / 60)) &&
      (days === "*" || days!.split(",").includes(day))
    );
  });
}

describe("a run schedule", () => {
  const read: [text: string, expression: string, shortest: number, longest: number][] = [
    ["daily", "cron(15 2 ? * * *)", 1_440, 1_440],
    ["cron(15 2 * * ? *)", "cron(15 2 ? * * *)", 1_440, 1_440],
    ["cron(0 14,2 ? * * *)", "cron(0 2,14 ? * * *)", 720, 720],
    ["cron(0 3,15 ? * MON-FRI *)", "cron(0 3,15 ? * MON,TUE,WED,THU,FRI *)", 720, 3_600],
    ["cron(30 23 ? * 2,SAT *)", "cron(30 23 ? * MON,SAT *)", 2_880, 7_200],
    ["cron(5 4 ? * SUN *)", "cron(5 4 ? * SUN *)", WEEK, WEEK],
  ];
  for (const [text, expression, shortest, longest] of read) {
    it(`reads ${text}`, () => {
      const schedule = parseRunSchedule(text);
      assert.ok(schedule);
      assert.equal(cronExpression(schedule), expression);
      assert.deepEqual([...schedule], due(expression));
      assert.deepEqual(gaps(schedule), { shortest, longest });
    });
  }

  for (const text of [
    "",
    "weekly",
    "rate(1 day)",
    "15 2 * * ? *",
    "cron(15 2 * * * *)",
    "cron(15 2 ? * ? *)",
    "cron(* 2 * * ? *)",
    "cron(*/5 2 * * ? *)",
    "cron(15,45 2 * * ? *)",
    "cron(15 24 * * ? *)",
    "cron(60 2 * * ? *)",
    "cron(15 2 1 * ? *)",
    "cron(15 2 L * ? *)",
    "cron(15 2 ? 1 MON *)",
    "cron(15 2 ? * 0 *)",
    "cron(15 2 ? * 2#1 *)",
    "cron(15 2 ? * FRI-MON *)",
    "cron(15 2 * * ? 2027)",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseRunSchedule(text), undefined);
    });
  }

  it("is due exactly that much later, or can't be written as one expression", () => {
    let crossed = 0;
    fc.assert(
      fc.property(
        fc.nat(59),
        fc.uniqueArray(fc.nat(23), { minLength: 1, maxLength: 4 }),
        fc.subarray(DAYS, { minLength: 1 }),
        fc.integer({ min: 10, max: 1_430 }),
        (minute, hours, days, later) => {
          const schedule = parseRunSchedule(`cron(${minute} ${hours.join()} ? * ${days.join()} *)`)!;
          const shifted = cronExpression(schedule, later);
          const expected = schedule.map((start) => (start + later) % WEEK).sort((a, b) => a - b);
          if (shifted !== undefined) {
            assert.deepEqual(due(shifted), expected);
            if (expected.some((at, i) => at < schedule[i]!)) crossed++;
            return;
          }
          // It runs only on some days, and not all runs of such a day end on the same day.
          const daysLater = new Set(hours.map((hour) => Math.floor((hour * 60 + minute + later) / 1_440)));
          assert.ok(days.length < 7 && daysLater.size === 2, JSON.stringify({ minute, hours, days, later }));
        },
      ),
    );
    assert.ok(crossed > 0);
  });
});
