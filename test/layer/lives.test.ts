/**
 * Random lives of sandboxes lose nothing, or the layer logs the loss. In a thousand, everything is real except the
 * network and the clock, and a hundred have the real process, real HTTP and real signals.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import { mock } from "node:test";
import { collect } from "../../layer/collect";
import { Flush } from "../../layer/flush";
import { FlushPolicy } from "../../layer/flush-policy";
import { Fold } from "../../layer/fold";
import { Invocations } from "../../layer/invocations";
import { createLog } from "../../layer/log";
import { Losses } from "../../layer/losses";
import type { PutOutcome, PutRecords } from "../../layer/put-records";
import { shutDown } from "../../layer/shutdown";
import { telemetryRecordSchema, type TelemetryRecord } from "../../runtime/contract";
import { FakeKinesis, type Fate } from "./fake-kinesis";
import { shutDownSound, startLayer } from "./layer-sandbox";
import { report } from "./telemetry";

const SEED = 20260301;
const START_MS = Date.parse("2026-03-01T23:50:00.000Z");

/** The outcome of a PutRecords call: whether its records are stored, what the layer learns, and when. */
const outcome = fc.record({
  stored: fc.constantFrom("all", "none", "half"),
  learns: fc.constantFrom<PutOutcome["verdict"] | "silence">(
    "done",
    "done",
    "done",
    "again",
    "hopeless",
    "thawed",
    "silence",
  ),
  afterMs: fc.constantFrom(0, 5, 40, 900, 2_500),
});
type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Outcome = ValueOf<typeof outcome>;

const measured = fc.record({
  agoMs: fc.integer({ min: -3_600_000, max: 3_600_000 }),
  memorySizeMB: fc.constantFrom(512, 512, 512, 1_024),
  maxMemoryUsedMB: fc.integer({ min: 40, max: 512 }),
});
type Measured = ValueOf<typeof measured>;

const onAnyClock = [
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("invoke" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("deliver" as const),
      reports: fc.array(measured, { maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deliver-again" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("malformed" as const),
      body: fc.constantFrom("", "{", "null", "[7]"),
    }),
  },
] as const;

const action = fc.oneof(...onAnyClock, {
  weight: 2,
  arbitrary: fc.record({
    kind: fc.constant("pass" as const),
    ms: fc.constantFrom(1, 30, 500, 20_000, 700_000),
  }),
});

/** What must not be lost: every day's highest memory, and the number of invocations. */
class Truth {
  invocations = 0;
  readonly peaks = new Map<string, number>();

  add({
    day,
    maxMemoryUsedMB,
    invocations,
  }: {
    day: string;
    maxMemoryUsedMB: number;
    invocations: number;
  }): void {
    this.invocations += invocations;
    this.peaks.set(day, Math.max(this.peaks.get(day) ?? 0, maxMemoryUsedMB));
  }

  /** @returns the delivery's body. */
  deliver(delivered: readonly Measured[]): string {
    const reports = delivered.map(toReport);
    for (const { time, record } of reports) {
      this.add({ day: time.slice(0, 10), invocations: 1, ...record.metrics });
    }
    return JSON.stringify([{ type: "platform.start", record: {} }, ...reports]);
  }

  static of(records: readonly TelemetryRecord[]): Truth {
    const truth = new Truth();
    const distinct = new Map(records.map((record) => [`${record.sandboxId} ${record.sequence}`, record]));
    for (const record of distinct.values()) {
      assert.equal(record.firstReportAt.slice(0, 10), record.lastReportAt.slice(0, 10), "one UTC day");
      truth.add({ day: record.lastReportAt.slice(0, 10), ...record });
    }
    return truth;
  }
}

function toReport({ agoMs, ...rest }: Measured) {
  return report({ ...rest, time: new Date(START_MS + agoMs).toISOString() });
}

class FakeStream {
  readonly records: TelemetryRecord[] = [];
  private calls = 0;
  constructor(private readonly outcomes: readonly Outcome[]) {}

  readonly put: PutRecords = async (records, { totalTimeoutMs, cancel }) => {
    const fate = this.outcomes[this.calls++] ?? { stored: "all", learns: "done", afterMs: 5 };
    const isStored = (index: number) => fate.stored === "all" || (fate.stored === "half" && index % 2 === 0);
    const stored = records.filter((_, index) => isStored(index));
    this.records.push(...stored.map((record) => telemetryRecordSchema.parse(record)));
    const afterMs = fate.learns === "silence" ? totalTimeoutMs : Math.min(fate.afterMs, totalTimeoutMs);
    const inTime = fate.learns !== "silence" && fate.afterMs < totalTimeoutMs;
    const cancelled = await new Promise<boolean>((resolve) => {
      setTimeout(resolve, afterMs, false);
      cancel?.onCancel(() => {
        resolve(true);
      });
    });
    if (cancelled || !inTime) return { verdict: "again", failed: records };
    if (fate.learns !== "done") return { verdict: fate.learns as PutOutcome["verdict"], failed: records };
    return { verdict: "done", failed: records.filter((record) => !stored.includes(record)) };
  };
}

/** Lets promises settle and virtual time pass until `settled`. */
async function pass(ms: number, stepMs = ms): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    mock.timers.tick(stepMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("over random lives of sandboxes, nothing is lost or the loss is logged", () => {
  afterEach(() => {
    mock.timers.reset();
  });

  it("in a thousand lives on a virtual clock", async () => {
    let lossless = 0;
    const life = fc.asyncProperty(
      fc.array(action, { maxLength: 30 }),
      fc.array(outcome, { maxLength: 12 }),
      async (actions, outcomes) => {
        mock.timers.enable({ apis: ["setTimeout", "Date"], now: START_MS });
        try {
          if (await liveVirtually(actions, outcomes)) lossless += 1;
        } finally {
          mock.timers.reset();
        }
      },
    );
    await fc.assert(life, { numRuns: 1_000, seed: SEED });
    assert.ok(lossless > 500, `only ${lossless} lives went without loss`);
  });

  it("in a hundred lives of the real process", async () => {
    const fates = fc.array(
      fc.constantFrom<Fate>(
        "ok",
        "ok",
        "throttled",
        "partial",
        "internal-error",
        "reset",
        "lost-answer",
        "silence",
      ),
      { maxLength: 6 },
    );
    const realAction = fc.oneof(...onAnyClock, {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("freeze" as const) }),
    });
    let lossless = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(realAction, { maxLength: 30 }), fates, async (actions, fatesOfCalls) => {
        if (await liveReally(actions, fatesOfCalls)) lossless += 1;
      }),
      { numRuns: 100, seed: SEED },
    );
    assert.ok(lossless > 80, `only ${lossless} lives went without loss`);
  });
});

/**
 * Shows that everything delivered is on the stream, down to the peak and the invocation, or that its loss was logged.
 *
 * @returns whether everything is on the stream.
 */
function assertAccounted(
  truth: Truth,
  malformed: number,
  { records, log }: { records: readonly TelemetryRecord[]; log: readonly string[] },
): boolean {
  const told = log.flatMap((line) => /The telemetry of (\d+) inv/.exec(line)?.[1] ?? []).map(Number);
  const lost = told.reduce((sum, count) => sum + count, 0);
  const onStream = Truth.of(records);
  assert.equal(
    log.some((line) => line.includes(`in this sandbox's life: ${malformed} deliveries`)),
    malformed > 0,
    log.join("\n"),
  );
  if (lost === 0) {
    assert.equal(onStream.invocations, truth.invocations);
    assert.deepEqual([...onStream.peaks].sort(), [...truth.peaks].sort());
    return true;
  }
  // What is logged as lost may be on the stream after all: the layer can't know.
  assert.ok(onStream.invocations <= truth.invocations);
  assert.ok(
    onStream.invocations + lost >= truth.invocations,
    `${onStream.invocations} + ${lost} of ${truth.invocations}`,
  );
  return false;
}

/** @returns whether everything reached the stream. */
async function liveVirtually(
  actions: readonly ValueOf<typeof action>[],
  outcomes: readonly Outcome[],
): Promise<boolean> {
  const truth = new Truth();
  const lines: string[] = [];
  const log = createLog("warn", (line) => lines.push(line));
  const stream = new FakeStream(outcomes);
  const fold = new Fold();
  const invocations = new Invocations();
  const losses = new Losses(log);
  const flush = new Flush({
    identity: {
      functionName: "checkout",
      functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:checkout",
      functionVersion: "$LATEST",
    },
    fold,
    policy: new FlushPolicy(60_000),
    takeCpuMs: () => 1,
    put: stream.put,
    log,
    now: Date.now,
    createSandboxId: () => "sandbox",
  });
  let lastBody = "[]";
  let invocation = 0;
  let malformed = 0;

  for (const next of actions) {
    switch (next.kind) {
      case "invoke":
        invocations.begin(`request ${(invocation += 1)}`);
        flush.ifDue();
        break;
      case "deliver":
        lastBody = truth.deliver(next.reports);
        collect(lastBody, fold, invocations, losses);
        if (invocations.isRunning) flush.ifDue();
        break;
      case "deliver-again":
        collect(lastBody, fold, invocations, losses);
        break;
      case "malformed":
        if (next.body !== "[7]") malformed += 1;
        collect(next.body, fold, invocations, losses);
        break;
      case "pass":
        await pass(next.ms);
        break;
    }
  }

  const end = { reached: false };
  const startedAtMs = Date.now();
  const parts = { flush, invocations, losses, log };
  void shutDown({ eventType: "SHUTDOWN", deadlineMs: startedAtMs + 2_000 }, parts).then(
    () => (end.reached = true),
  );
  while (!end.reached) await pass(10);
  assert.ok(Date.now() - startedAtMs <= 1_900, `shutdown took ${Date.now() - startedAtMs} ms`);

  return assertAccounted(truth, malformed, { records: stream.records, log: lines });
}

/** @returns whether everything reached the stream. */
async function liveReally(
  actions: readonly (ValueOf<(typeof onAnyClock)[number]["arbitrary"]> | { kind: "freeze" })[],
  fates: readonly Fate[],
): Promise<boolean> {
  const kinesis = await FakeKinesis.listen((call) => fates[call] ?? "ok");
  try {
    const truth = new Truth();
    const sandbox = await startLayer(kinesis, {
      environment: { LAMBDA_MEMORY_OPTIMIZER_FLUSH_INTERVAL: "0s" },
    });
    let lastBody = "[]";
    let malformed = 0;
    for (const next of actions) {
      switch (next.kind) {
        case "invoke":
          await sandbox.invoke();
          break;
        case "deliver":
          lastBody = truth.deliver(next.reports);
          await sandbox.deliverBody(lastBody);
          break;
        case "deliver-again":
          await sandbox.deliverBody(lastBody);
          break;
        case "malformed":
          if (next.body !== "[7]") malformed += 1;
          await sandbox.deliverBody(next.body);
          break;
        case "freeze":
          sandbox.freeze();
          kinesis.dropConnections();
          sandbox.thaw();
          break;
      }
    }
    await shutDownSound(sandbox);
    const isLossless = assertAccounted(truth, malformed, { records: kinesis.records, log: sandbox.log });
    if (!fates.includes("silence")) {
      assert.ok(isLossless, "it loses something only when Kinesis does not answer");
      if (malformed === 0) assert.deepEqual(sandbox.log, []);
    }
    return isLossless;
  } finally {
    await kinesis.close();
  }
}
