/**
 * An observation and a window whose handling is killed before or after any of its calls, and which are delivered again.
 */
import assert from "node:assert/strict";
import type { KinesisStreamRecord } from "aws-lambda";
import { applyDeferred } from "../../runtime/updater/deferred";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { Deadline } from "../../runtime/updater/deadline";
import { NO_ENROLMENT } from "../../runtime/updater/deployment";
import { emptyHistory, historySchema, type History } from "../../runtime/updater/history-item";
import { withPendingSettled } from "../../runtime/updater/history";
import { HistoryConflictError } from "../../runtime/updater/history-table";
import type { FunctionState } from "../../runtime/updater/lambda-functions";
import { Lanes } from "../../runtime/updater/lanes";
import { MissingFunctions } from "../../runtime/updater/missing-functions";
import { omit } from "../../runtime/updater/omit";
import { PressureSent } from "../../runtime/updater/pressure-sent";
import type { Report } from "../../runtime/updater/report";
import type { Invocation, Services } from "../../runtime/updater/services";
import { settle } from "../../runtime/updater/settle";
import { liveFunction } from "../support/live-function";
import { ACCOUNT, functionArn, kinesisEvent, observation, recommendation, REGION } from "./recommendations";

const DAY_MS = MS_PER_DAY;
const MIDNIGHT_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const daysAgo = (days: number) => new Date(MIDNIGHT_MS - days * DAY_MS).toISOString();

/** The process is killed. */
class Killed extends Error {
  override readonly name = "Killed";
}

/** A table and a function in memory, and a process that is killed at one of its calls to them. */
class World {
  history: History = emptyHistory("checkout");
  memorySizeMB = 1_024;
  readonly sizesSetMB: number[] = [];
  private calls = 0;
  /** The updater's settings. */
  settings = parseSettings();

  /** @param killAt the last call, from 0; Infinity for none. @param after whether the call is still carried out. */
  constructor(
    private killAt = Infinity,
    private readonly after = false,
  ) {}

  /** @param values the updater's settings. */
  with(values: Parameters<typeof parseSettings>[0]): this {
    this.settings = parseSettings(values);
    return this;
  }

  /** Delivers all records again until nothing is killed any more. */
  async play(payloads: readonly unknown[], firstSequenceNumber = 1): Promise<this> {
    const { Records } = kinesisEvent(payloads, { firstSequenceNumber });
    for (const record of Records) {
      await this.deliver(record).catch(async (error: unknown) => {
        if (!(error instanceof Killed)) throw error;
        await this.deliver(record);
      });
    }
    return this;
  }

  /** The outcome without fields that depend on the time or on the number of attempts. */
  get outcome() {
    // A change that was made but not recorded is found at the next look.
    const { changes, ...history } = withPendingSettled(this.history, this.state);
    return {
      sizesSetMB: this.sizesSetMB,
      memorySizeMB: this.memorySizeMB,
      history: omit(history, "revision"),
      changes: changes.map((change) => omit(change, "at", "revisionId")),
    };
  }

  get callsMade(): number {
    return this.calls;
  }

  /** The schedule's event, twice: the second one finds what a kill interrupted in the first one. */
  async walk(): Promise<this> {
    this.settings = parseSettings();
    for (let time = 0; time < 2; time++) {
      await this.invoke(applyDeferred).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
    }
    return this;
  }

  private deliver(record: KinesisStreamRecord): Promise<void> {
    return this.invoke((services, invocation) => settle(record, services, invocation));
  }

  private invoke<T>(work: (services: Services, invocation: Invocation) => Promise<T>): Promise<T> {
    const deadline = new Deadline(60_000);
    const services = {
      settings: this.settings,
      enrolment: NO_ENROLMENT,
      missing: new MissingFunctions(),
      pressureSent: new PressureSent(parseSettings()),
      connect: () => assert.fail("connected already"),
    } as unknown as Services;
    const invocation = {
      functions: {
        read: () => this.call(() => this.state),
        changeMemory: (_: string, to: number) =>
          this.call(() => {
            this.memorySizeMB = to;
            this.sizesSetMB.push(to);
          }),
      },
      histories: {
        read: () => this.call(() => this.history),
        deferred: () => this.scan(),
        write: (history: History, basis: History) =>
          this.call(() => {
            if (this.history.revision !== basis.revision) throw new HistoryConflictError("written meanwhile");
            this.history = historySchema.parse({ ...history, revision: basis.revision + 1 });
            return this.history;
          }),
      },
      deadLetters: { send: () => assert.fail("given up") },
      updaterArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:updater`,
      deadline,
      lanes: new Lanes(1),
      report: { observation: () => undefined, decision: () => undefined } as unknown as Report,
    } as unknown as Invocation;
    return work(services, invocation);
  }

  private async *scan() {
    yield await this.call(() => this.history);
  }

  private async call<T>(of: () => T): Promise<T> {
    const isLast = this.calls === this.killAt;
    this.calls += 1;
    if (isLast && !this.after) throw new Killed();
    const value = of();
    if (isLast) throw new Killed();
    return Promise.resolve(value);
  }

  private get state(): FunctionState {
    return {
      ...liveFunction({
        functionArn: functionArn("checkout"),
        memorySizeMB: this.memorySizeMB,
        lastModifiedMs: Date.parse(daysAgo(100)),
        revisionId: String(this.sizesSetMB.length),
      }),
      state: "Active",
      stateReason: undefined,
      deployment: "",
    };
  }
}

const day = (ago: number, memorySizeMB: number, meanMs: number, cpuEachMs: number) =>
  observation({
    memorySizeMB,
    windowStart: daysAgo(ago + 1),
    windowEnd: daysAgo(ago),
    invocations: 1_000,
    durationMs: 1_000 * meanMs,
    durationSquaredMs2: Math.round(1_000 * meanMs ** 2 * 1.04),
    cpuMs: 1_000 * cpuEachMs,
    cpuDurationMs: 1_000 * meanMs,
  });

/** Two days, and a window that lowers the function, in the past; the change's `at` is set to that time. */
const BEFORE = [
  day(11, 1_024, 313, 117),
  day(10, 1_024, 313, 117),
  recommendation({
    recommendedMemorySizeMB: 259,
    peakMB: 130,
    windowStart: daysAgo(24),
    windowEnd: daysAgo(10),
  }),
];

describe("the updater, killed between any two calls", () => {
  it("lowers a function once, and watches it", async () => {
    const whole = await new World().play(BEFORE);
    assert.equal(whole.sizesSetMB.length, 1);
    assert.ok(whole.history.watch && whole.history.profile);
    await killedEverywhere(BEFORE, (world) => world, whole);
  });

  it("keeps an observation once, takes a harmful change back once, and holds nothing", async () => {
    const changed = await new World().play(BEFORE);
    const at = daysAgo(10);
    const start = (world: World): World => {
      const changes = changed.history.changes.map((change) => ({ ...change, at }));
      world.history = { ...changed.history, changes };
      world.memorySizeMB = changed.memorySizeMB;
      return world;
    };
    const harmful = [day(9, changed.memorySizeMB, 900, 500)];
    const whole = await start(new World()).play(harmful, 4);
    assert.equal(whole.sizesSetMB.length, 1);
    assert.ok(whole.memorySizeMB > changed.memorySizeMB);
    assert.equal(whole.history.hold, undefined);
    await killedEverywhere(harmful, start, whole, 4);
  });

  it("applies a change that waited for the change window once", async () => {
    const waiting = await new World().with({ changeWindow: closedWindow() }).play(BEFORE);
    assert.deepEqual(waiting.sizesSetMB, []);
    assert.ok(waiting.history.deferred);
    const after = (world: World) => {
      world.history = waiting.history;
      return world.walk();
    };
    const whole = await after(new World());
    assert.equal(whole.sizesSetMB.length, 1);
    assert.equal(whole.history.deferred, undefined);
    assert.ok(whole.callsMade > 5);
    for (let call = 0; call < whole.callsMade; call += 1) {
      for (const isAfter of [false, true]) {
        const world = await after(new World(call, isAfter));
        assert.deepEqual(world.outcome, whole.outcome, `killed ${isAfter ? "after" : "before"} call ${call}`);
      }
    }
  });
});

/** A change window that is closed now, on any day: it opens three days from now, and opened four days ago. */
function closedWindow(): string {
  const day = new Date(Date.now() + 3 * DAY_MS).toUTCString().slice(0, 3);
  return `${day} 12:00-13:00 UTC`;
}

async function killedEverywhere(
  payloads: readonly unknown[],
  start: (world: World) => World,
  whole: World,
  firstSequenceNumber = 1,
): Promise<void> {
  assert.ok(whole.callsMade > 5);
  for (let call = 0; call < whole.callsMade; call += 1) {
    for (const after of [false, true]) {
      const world = await start(new World(call, after)).play(payloads, firstSequenceNumber);
      assert.deepEqual(world.outcome, whole.outcome, `killed ${after ? "after" : "before"} call ${call}`);
    }
  }
}
