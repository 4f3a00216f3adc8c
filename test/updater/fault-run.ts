/**
 * Runs a stream of recommendations through the event source mapping and the built bundle, against a control plane that
 * injects every fault, with sandboxes that die. It compares the outcome with the expected one.
 */
import type { KinesisStreamBatchResponse } from "aws-lambda";
import assert from "node:assert/strict";
import type { ControlPlaneCall, EmulatedFunctionArgs, Fault } from "../../local/control-plane";
import { EventSourceMapping } from "../../local/event-source-mapping";
import { storedStreamName } from "../../local/home";
import { EmbeddedKinesis } from "../../local/kinesis";
import { UpdaterFixture, decisionsOf, type DecisionLine } from "./updater-fixture";
import { ACCOUNT, functionArn, recommendation, REGION } from "./recommendations";

/** Each function gets this many recommendations, one after another; the outcome of each is known beforehand. */
const PER_FUNCTION = 5;
const START_MB = 1_024;
const DAY_MS = 86_400_000;

export interface FaultRunOptions {
  /** A multiple of 5. */
  readonly recommendations: number;
  /** The control plane's limit, and the updater's own. */
  readonly requestsPerSecond: number;
  /** How often a sandbox dies in mid-batch. */
  readonly deaths: number;
}

export interface FaultRunResult {
  readonly seconds: number;
  /**
   * The time that the limit alone dictates: a read for each readable recommendation, and an update for each applied
   * one.
   */
  readonly leastSeconds: number;
  readonly outcomes: Record<string, number>;
  readonly throttled: number;
  readonly faults: Record<string, number>;
  readonly deaths: number;
  readonly deliveries: number;
}

/** @throws AssertionError for a recommendation that is lost, applied twice or out of order. */
export async function faultRun(options: FaultRunOptions): Promise<FaultRunResult> {
  const functionNames = Array.from(
    { length: options.recommendations / PER_FUNCTION },
    (_, i) => `function-${i}`,
  );
  const faults = new Faults(options);
  const updater = await UpdaterFixture.start({
    functions: functionNames.filter((_, i) => !isGone(i)).map(emulated),
    updateDurationMs: 200,
    requestsPerSecond: options.requestsPerSecond,
    fault: (call) => faults.next(call),
    settings: { updatesPerSecond: options.requestsPerSecond, retryFor: "1h" },
    timeoutMs: 60_000,
  });
  const kinesis = await EmbeddedKinesis.start();
  const decisions: DecisionLine[] = [];
  let deliveries = 0;
  let mapping: EventSourceMapping | undefined;
  faults.onDeath = () => void updater.host.kill();
  try {
    const payloads = Array.from({ length: PER_FUNCTION }, (_, round) =>
      functionNames.map((functionName, i) => payload(functionName, i, round)),
    ).flat();
    const home = { partition: "aws", region: REGION, accountId: ACCOUNT };
    const streamArn = await kinesis.createStream("recommendations", 1, home);
    await kinesis.put(
      streamArn,
      payloads.map((data) => ({ data, partitionKey: "any" })),
    );
    const begunMs = performance.now();
    mapping = await EventSourceMapping.start({
      endpoint: kinesis.endpoint,
      region: REGION,
      streamName: storedStreamName(streamArn),
      streamArn,
      bisectBatchOnFunctionError: false,
      maximumRetryAttempts: 20,
      invoke: async (event) => {
        deliveries += event.Records.length;
        const { response, logLines } = await updater.host.invoke<KinesisStreamBatchResponse>(event);
        decisions.push(...decisionsOf(logLines));
        return response;
      },
      onDiscarded: ({ records }) => assert.fail(`${records.length} records were given up by the mapping`),
    });
    await mapping.caughtUp(payloads.length);
    const seconds = (performance.now() - begunMs) / 1_000;

    const settled = mapping.records.map(({ kinesis }) => kinesis.sequenceNumber);
    assert.equal(settled.length, payloads.length);
    const outcomes = settleAll(settled, decisions, updater);
    functionNames.forEach((functionName, i) => {
      const fn = updater.controlPlane.functions.get(functionName);
      assert.deepEqual(
        fn?.memorySizesSetMB ?? [],
        expectedSizesMB(i),
        `the sizes of ${functionName}, in order`,
      );
    });
    const updates = functionNames.flatMap((_, i) => expectedSizesMB(i)).length;
    const readable = payloads.filter((text) => text.startsWith("{")).length;
    return {
      seconds,
      leastSeconds: (readable + updates) / options.requestsPerSecond,
      outcomes,
      throttled: updater.controlPlane.throttled,
      faults: faults.counts,
      deaths: faults.deaths,
      deliveries,
    };
  } finally {
    await mapping?.close();
    await Promise.all([updater.close(), kinesis.close()]);
  }
}

/** How each record ended; every record must have an outcome. */
function settleAll(
  sequenceNumbers: string[],
  decisions: DecisionLine[],
  updater: UpdaterFixture,
): Record<string, number> {
  const last = new Map<string, string>();
  for (const { sequenceNumber = "", status, reason, failure } of decisions) {
    if (failure === "retried") continue;
    const ended =
      status === "failed" ? "dead-lettered" : status === "skipped" ? `skipped: ${reason}` : status;
    // A settled record that is delivered again is skipped for that reason, so its first outcome counts.
    if (!last.has(sequenceNumber)) last.set(sequenceNumber, ended);
  }
  const deadLetters = new Set(updater.deadLetters.map(({ sequenceNumber }) => sequenceNumber));
  const outcomes: Record<string, number> = {};
  for (const sequenceNumber of sequenceNumbers) {
    const ended = last.get(sequenceNumber);
    assert.ok(ended, `${sequenceNumber} was lost`);
    if (ended === "dead-lettered")
      assert.ok(deadLetters.has(sequenceNumber), `${sequenceNumber} is in the queue`);
    outcomes[ended] = (outcomes[ended] ?? 0) + 1;
  }
  return outcomes;
}

/** Every twentieth function is gone, IAM denies changes of every twentieth, and every tenth opted out. */
const isGone = (i: number) => i % 20 === 3;
const isDenied = (i: number) => i % 20 === 7;
const isOff = (i: number) => i % 10 === 5;

function emulated(functionName: string): EmulatedFunctionArgs {
  const off = isOff(Number(functionName.split("-")[1]));
  return {
    functionName,
    functionArn: functionArn(functionName),
    memorySizeMB: START_MB,
    lastModified: "2025-01-01T00:00:00.000Z",
    ...(off && { tags: { "memory-optimizer": "off" } }),
  };
}

/**
 * Round 2 is garbage for every fourth function, and too small a change for the others; each other round raises the size
 * by 100.
 */
function payload(functionName: string, i: number, round: number): string {
  if (round === 2 && i % 4 === 0) return "garbage";
  const raises = round > 2 ? round - 1 : round;
  const sizeMB = START_MB + raises * 100;
  const windowEndMs = Date.parse("2026-01-01T00:00:00.000Z") + round * DAY_MS;
  return JSON.stringify(
    recommendation({
      functionName,
      memorySizeMB: sizeMB,
      recommendedMemorySizeMB: round === 2 ? sizeMB + 10 : sizeMB + 100,
      windowStart: new Date(windowEndMs - DAY_MS).toISOString(),
      windowEnd: new Date(windowEndMs).toISOString(),
    }),
  );
}

function expectedSizesMB(i: number): number[] {
  return isGone(i) || isDenied(i) || isOff(i) ? [] : [1, 2, 3, 4].map((raises) => START_MB + raises * 100);
}

/** Chooses which call goes wrong, and how, by a fixed sequence of pseudo-random numbers. */
class Faults {
  readonly counts: Record<string, number> = {};
  deaths = 0;
  onDeath: () => void = () => undefined;
  private calls = 0;
  private seed = 42;

  constructor(private readonly options: FaultRunOptions) {}

  next({ operation, functionName }: ControlPlaneCall): Fault | undefined {
    this.calls++;
    const { recommendations, deaths } = this.options;
    // Spread evenly over the smallest number of calls that there will be.
    if (this.deaths < deaths && this.calls > ((this.deaths + 1) * recommendations * 1.5) / (deaths + 1)) {
      this.deaths++;
      this.onDeath();
    }
    const update = operation === "UpdateFunctionConfiguration";
    if (update && isDenied(Number(functionName.split("-")[1]))) return { accessDenied: true };
    const dice = this.random();
    if (update && dice < 0.02) return this.count("conflict", { conflict: true });
    if (update && dice < 0.04) return this.count("lost answer", { loseAnswer: true });
    if (dice > 0.995) return this.count("throttled", { throttle: true });
    if (dice < 0.05) return this.count("service error", { serviceError: true });
    if (dice < 0.1) return this.count("slow answer", { delayMs: 500 });
    return undefined;
  }

  private count(what: string, fault: Fault): Fault {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
    return fault;
  }

  /** "Numerical Recipes", the quick and dirty generator: from 0 to below 1. */
  private random(): number {
    this.seed = (this.seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return this.seed / 2 ** 32;
  }
}
