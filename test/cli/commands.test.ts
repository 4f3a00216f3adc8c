/** Runs each command as a process against dynalite, the emulated Lambda API and the updater's bundle. */
import assert from "node:assert/strict";
import { parse } from "csv-parse/sync";
import { HOURS_PER_MONTH, DOLLARS_PER_GB_SECOND } from "../../runtime/pricing";
import { observation, recommendation } from "../updater/recommendations";
import { CliFixture, functionsNamed } from "./cli-fixture";

const WINDOW_DAYS = 14;

describe("The command line program", () => {
  let cli: CliFixture;
  beforeEach(async () => {
    cli = await CliFixture.start({ settings: { cooldown: "0s" } });
    await cli.updater.settle([
      recommendation({ billedGBSeconds: 100_000 }),
      recommendation({ functionName: "search", recommendedMemorySizeMB: 700 }),
    ]);
  });
  afterEach(() => cli.close());

  async function done(...args: string[]): Promise<string> {
    const { exitCode, output, complaints } = await cli.run(args);
    assert.equal(exitCode, 0, complaints);
    return output;
  }

  const sizes = (functionName: string) => cli.updater.memorySizesSetMB(functionName);

  it("shows the fleet, biggest savers first", async () => {
    await done("hold", "search", "--reason", '=cmd|x, "quoted"', "--yes");
    const table = await done("status");
    const [head = "", first = "", second = ""] = table.split("\n");
    assert.match(head, /^function +memory MB +changed \(UTC\) +why +held +saves \$\/month$/);
    assert.match(first, /^checkout +1024 → 600 +\d{4}-\d\d-\d\d \d\d:\d\d +window +\d/);
    assert.match(second, /^search +1024 → 700 .* window +=cmd\|x, "quoted" +–$/);

    // 100,000 GB-seconds in 14 days. No durations were measured, so only the memory size counts.
    const monthly = (100_000 * HOURS_PER_MONTH) / (WINDOW_DAYS * 24);
    const dollars = monthly * DOLLARS_PER_GB_SECOND.x86_64;
    const [checkout, search] = JSON.parse(await done("status", "--json")) as [
      Record<string, unknown> & { before: { dollars: number }; saved: { dollars: number } },
      Record<string, unknown>,
    ];
    assert.ok(Math.abs(checkout.before.dollars - dollars) < 1e-9);
    assert.ok(Math.abs(checkout.saved.dollars - dollars * (1 - 600 / 1_024)) < 1e-9);
    assert.deepEqual(
      [
        checkout.functionName,
        checkout.memorySizeMB,
        checkout.originalMemorySizeMB,
        checkout.reason,
        checkout.held,
      ],
      ["checkout", 600, 1_024, "window", null],
    );
    assert.deepEqual([search.saved, search.held], [null, '=cmd|x, "quoted"']);

    const rows = parse<Record<string, string>>(await done("status", "--csv"), { columns: true });
    assert.deepEqual(
      rows.map(({ functionName, memorySizeMB, held }) => [functionName, memorySizeMB, held]),
      [
        ["checkout", "600", ""],
        // Escaped, so that a spreadsheet doesn't treat it as a formula.
        ["search", "700", `'=cmd|x, "quoted"`],
      ],
    );
    assert.ok(Math.abs(Number(rows[0]!.dollarsPerMonthSaved) - checkout.saved.dollars) < 1e-6);
  });

  it("predicts from measured durations what a smaller size saves", async () => {
    await cli.updater.settle(
      [
        observation({
          memorySizeMB: 600,
          durationMs: 20_000,
          cpuMs: 0,
          cpuDurationMs: 20_000,
          windowStart: "2026-01-15T00:00:00.000Z",
          windowEnd: "2026-01-16T00:00:00.000Z",
        }),
      ],
      { firstSequenceNumber: 10 },
    );
    const [checkout] = JSON.parse(await done("status", "--json")) as [
      { before: { dollars: number }; saved: { dollars: number } },
    ];
    // It only waits, so it takes about as long at 1,024 MB.
    const part = checkout.saved.dollars / checkout.before.dollars;
    assert.ok(part < 1 - 600 / 1_024 + 0.01 && part > 0.3, `${part}`);
  });

  it("shows a function's changes with a chart, and its figures", async () => {
    await cli.updater.settle(
      [
        observation({
          memorySizeMB: 600,
          windowStart: "2026-01-15T00:00:00.000Z",
          windowEnd: "2026-01-16T00:00:00.000Z",
        }),
      ],
      { firstSequenceNumber: 10 },
    );
    const text = await done("history", "checkout");
    const bars = [...text.matchAll(/^(.*?) +(\d+) +(█+[▏▎▍▌▋▊▉]?) +(.*)$/gm)].map(
      ([, , size, bar = "", why]) => [size, bar.length, why],
    );
    // 600 of 1,024 are 23.4 of 40 characters.
    assert.deepEqual(bars, [
      ["1024", 40, "owner"],
      ["600", 24, "window"],
    ]);
    assert.match(text, /^ +600 +123 ms +40 ms +100 +0 +0 +0 +2026-01-16 00:00$/m);
    const item = JSON.parse(await done("history", "checkout", "--json")) as { changes: { to: number }[] };
    assert.deepEqual(
      item.changes.map(({ to }) => to),
      [600],
    );
  });

  it("rolls functions back, holds them, and releases them", async () => {
    assert.equal(
      await done("rollback", "checkout", "--dry-run"),
      "checkout: 600 → 1024 MB, and held there\nDry run: this would roll back 1 function.\n",
    );
    assert.deepEqual([sizes("checkout"), cli.lambda.events], [[600], []]);
    assert.match(
      await done("rollback", "checkout", "--yes"),
      /^checkout: applied 600 → 1024 MB \(rollback\)$/m,
    );
    assert.deepEqual(sizes("checkout"), [600, 1_024]);
    assert.match(await done("rollback", "checkout", "--yes"), /^There is nothing to roll back\.$/m);

    assert.match(await done("release", "--all", "--yes"), /^checkout: released$/m);
    assert.equal((await cli.updater.historyOf("checkout")).hold, undefined);
    assert.match(await done("release", "--all", "--yes"), /^There is nothing to release\.$/m);

    assert.match(await done("hold", "search", "--yes"), /^search: held$/m);
    assert.equal((await cli.updater.historyOf("search")).hold!.reason, "held by an operator");
    await cli.updater.settle([recommendation({ functionName: "search", memorySizeMB: 700 })], {
      firstSequenceNumber: 20,
    });
    assert.deepEqual(sizes("search"), [700]);
    assert.match(
      await done("hold", "--all", "--dry-run"),
      /^checkout: held at 1024 MB\nDry run: this would hold 1 function\.$/m,
    );
  });

  it("restores the sizes from before the first change for all functions", async () => {
    await cli.updater.settle(
      [
        recommendation({
          memorySizeMB: 600,
          recommendedMemorySizeMB: 540,
          windowStart: new Date().toISOString(),
          windowEnd: new Date().toISOString(),
        }),
      ],
      { firstSequenceNumber: 30 },
    );
    assert.deepEqual(sizes("checkout"), [600, 540]);
    await done("rollback", "--all", "--original", "--yes");
    assert.deepEqual(
      [sizes("checkout"), sizes("search")],
      [
        [600, 540, 1_024],
        [700, 1_024],
      ],
    );
  });

  it("sets and removes the opt-out tag, which the updater obeys", async () => {
    const tags = () => cli.updater.controlPlane.functions.get("checkout")!.tags;
    assert.match(
      await done("exclude", "checkout", "--dry-run"),
      /^checkout: memory-optimizer = no tag → off$/m,
    );
    assert.deepEqual(tags(), {});
    await done("exclude", "checkout", "--yes");
    assert.deepEqual(tags(), { "memory-optimizer": "off" });
    const { decisions } = await cli.updater.settle([recommendation({ memorySizeMB: 600 })], {
      firstSequenceNumber: 40,
    });
    assert.deepEqual(
      decisions.map(({ reason }) => reason),
      ["opted-out"],
    );
    await done("exclude", "checkout", "--recommend", "--yes");
    assert.deepEqual(tags(), { "memory-optimizer": "recommend" });
    await done("include", "checkout", "--yes");
    assert.deepEqual(tags(), {});
    assert.match(await done("include", "checkout", "--yes"), /^There is nothing to include\.$/m);
  });

  it("asks in a terminal, and does nothing without a yes", async () => {
    const line = "lambda-memory-optimizer rollback checkout";
    const no = await cli.runInTerminal(line, "n\n");
    assert.match(no.output, /Really roll back 1 function\? \[y\/N\] [^]*Nothing was done\./);
    assert.deepEqual(sizes("checkout"), [600]);
    const yes = await cli.runInTerminal(line, "y\n");
    assert.equal(yes.exitCode, 0, yes.output);
    assert.deepEqual(sizes("checkout"), [600, 1_024]);
  });

  it("continues with the remaining functions if the updater runs out of time", async () => {
    await cli.close();
    const names = Array.from({ length: 10 }, (_, n) => `fn-${n}`);
    cli = await CliFixture.start({
      functions: functionsNamed(names),
      settings: { cooldown: "0s", updatesPerSecond: 2 },
      timeoutMs: 3_000,
    });
    for (const functionName of names) await cli.updater.settle([recommendation({ functionName })]);
    assert.match(await done("rollback", "--all", "--yes"), /applied/);
    assert.ok(cli.lambda.events.length > 1, "one invocation was enough");
    for (const name of names) assert.deepEqual(sizes(name), [600, 1_024]);
  });

  it("does the rest when it runs again after a kill, and nothing twice", async () => {
    await cli.close();
    const names = Array.from({ length: 60 }, (_, n) => `fn-${String(n).padStart(2, "0")}`);
    cli = await CliFixture.start({
      functions: functionsNamed(names),
      settings: { cooldown: "0s" },
    });
    await cli.updater.settle(names.map((functionName) => recommendation({ functionName })));
    const child = cli.spawn(["rollback", "--all", "--yes"]);
    cli.lambda.onInvoke = () => {
      // The first batch is done, and the second has begun.
      if (cli.lambda.events.length === 2) child.kill("SIGKILL");
    };
    await new Promise((resolve) => child.once("exit", resolve));
    const asked = () =>
      cli.lambda.events.map(
        (event) => (event as { rollback: { functionNames: string[] } }).rollback.functionNames,
      );
    assert.deepEqual(asked()[0], names.slice(0, 25));
    const firstRun = asked().flat();
    assert.ok(firstRun.length < names.length);

    await done("rollback", "--all", "--yes");
    const secondRun = asked().flat().slice(firstRun.length);
    assert.ok(
      names.slice(0, 25).every((name) => !secondRun.includes(name)),
      "it asked for what was done",
    );
    for (const name of names) assert.deepEqual(sizes(name), [600, 1_024], name);
  });
});
