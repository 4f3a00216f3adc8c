/** What the updater reports about one invocation: a structured line for each decision, and the sums as metrics. */
import type { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, type Metrics } from "@aws-lambda-powertools/metrics";
import type { Observation, Recommendation } from "../contract";
import type { ForecastOf, Outcome, Tidings } from "./outcome";
import { dollarsPerMonth, saved } from "./savings";

/** Where a decision comes from; functionName is null if the record names none. */
export interface Subject {
  readonly functionName: string | null;
  readonly sequenceNumber?: string;
  readonly recommendation?: Recommendation;
  readonly observation?: Observation;
}

/** What happens to a failed record next. */
export type Failure = "retried" | "dead-lettered";

export class Report {
  private readonly sums = new Map<string, number>();
  private readonly values: [name: string, value: number][] = [];
  private readonly skipped = new Map<string, number>();

  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** Reports a decision, once it is certain. */
  decision(subject: Subject, outcome: Outcome, failure?: Failure): void {
    const { functionName, sequenceNumber, recommendation, observation } = subject;
    const { status, from, to, reason, detail, live } = outcome;
    const told = recommendation ?? observation;
    const dollarsNow = told && live && dollarsPerMonth(told, live.memorySizeMB, live.architecture);
    if (recommendation && isOutOfMemoryAgain(outcome, recommendation)) {
      this.outOfMemory(0, recommendation.outOfMemory);
    }
    const dollars = this.count(outcome, failure, dollarsNow);
    const line = {
      functionName,
      status,
      from,
      to,
      reason,
      ...(detail !== undefined && { detail }),
      ...(failure && { failure }),
      ...(dollars !== undefined && { estimatedDollarsPerMonth: dollars }),
      ...expectations(outcome, dollarsNow),
      ...(recommendation && {
        trigger: recommendation.reason,
        functionVersion: recommendation.functionVersion,
        recommendedMemorySizeMB: recommendation.recommendedMemorySizeMB,
        windowStart: recommendation.windowStart,
        windowEnd: recommendation.windowEnd,
      }),
      ...(sequenceNumber !== undefined && { sequenceNumber }),
    };
    if (outcome.status === "failed") this.logger.error("decision", line);
    else this.logger.info("decision", line);
  }

  /** Counts a record that was not tried, because no time was left or an earlier one of its function comes first. */
  postponed(): void {
    this.add("Postponed", 1);
  }

  /** Counts a telemetry record without effect: it isn't plausible, or its function may not have more memory. */
  ignored(): void {
    this.add("IgnoredTelemetry", 1);
  }

  /** Counts an observation, with what it says about the watched change. */
  observation({ measured, outOfMemory }: Tidings): void {
    this.add("Observations", 1);
    if (outOfMemory) this.outOfMemory(outOfMemory.before, outOfMemory.after);
    if (!measured) return;
    this.value("MeasuredSlowdown", measured.slowdown);
    this.value("MeasuredCost", measured.cost);
  }

  /** Publishes the sums, once, at the invocation's end. */
  publish(): void {
    for (const [name, value] of this.sums) this.metrics.addMetric(name, unitOf(name), value);
    for (const [name, value] of this.values) this.metrics.addMetric(name, MetricUnit.NoUnit, value);
    if (this.sums.size > 0) this.metrics.publishStoredMetrics();
    for (const [reason, count] of this.skipped) {
      const byReason = this.metrics.singleMetric();
      byReason.addDimension("reason", reason);
      byReason.addMetric("Skipped", MetricUnit.Count, count);
    }
  }

  /** @returns the dollars a month that the change saves, or would save. */
  private count(
    { status, from, to, reason, forecast, liveMs, measured, holdBy }: Outcome,
    failure: Failure | undefined,
    dollarsNow: number | undefined,
  ): number | undefined {
    if (status === "failed") this.add(failure === "retried" ? "Failed" : "DeadLettered", 1);
    if (status === "skipped") this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1);
    if (status === "applied") this.add("Applied", 1);
    if (status === "applied" && reason === "regression") this.add("TakenBack", 1);
    if (holdBy !== undefined) this.add("Held", 1);
    if (status === "held") this.add("Held", 1);
    if (status === "released") this.add("Released", 1);
    const wouldApply = status === "skipped" && reason === "recommend-mode";
    if (from === null || to === null || !(status === "applied" || wouldApply)) return undefined;
    if (forecast?.toMB === to && liveMs !== undefined) {
      this.value("PredictedSlowdown", forecast.slowdown.expected);
    }
    this.add(wouldApply ? "MegabytesToSave" : "MegabytesSaved", from - to);
    if (dollarsNow === undefined) return undefined;
    // A forecast without measurements says how slow the function may be, not how slow it will be.
    const expected = liveMs === undefined ? undefined : forecast;
    const dollars = saved(dollarsNow, { from, to }, { forecast: expected, ...(measured && { measured }) });
    this.add(wouldApply ? "DollarsPerMonthToSave" : "DollarsPerMonthSaved", dollars);
    return dollars;
  }

  private outOfMemory(before: number, after: number): void {
    this.add("OutOfMemoryBefore", before);
    this.add("OutOfMemoryAfter", after);
  }

  private add(name: string, value: number): void {
    this.sums.set(name, (this.sums.get(name) ?? 0) + value);
  }

  /** Keeps a value that isn't part of a sum. */
  private value(name: string, value: number): void {
    this.values.push([name, value]);
  }
}

/**
 * Whether memory pressure took back a change down. That day's observation comes later and is about a size that the
 * function no longer has.
 */
function isOutOfMemoryAgain({ status, reason }: Outcome, recommendation: Recommendation): boolean {
  return status === "applied" && reason === "regression" && recommendation.reason === "memory-pressure";
}

/** Durations in ms and dollars a month, now and as predicted, and the watched change's effect. */
function expectations(
  { liveMs, forecast, speedUp, measured, live }: Outcome,
  dollarsNow: number | undefined,
) {
  const at = ({ toMB, slowdown, duration, cost }: ForecastOf) => ({
    memorySizeMB: toMB,
    slowdown: slowdown.expected,
    slowdownAtMost: slowdown.most,
    cost: cost.expected,
    ...(liveMs !== undefined && { durationMs: liveMs * duration.expected }),
    ...(dollarsNow !== undefined && { dollarsPerMonth: dollarsNow * cost.expected }),
  });
  return {
    ...(live &&
      forecast && {
        now: {
          ...(liveMs !== undefined && { durationMs: liveMs }),
          ...(dollarsNow !== undefined && { dollarsPerMonth: dollarsNow }),
        },
      }),
    ...(forecast && { predicted: at(forecast) }),
    ...(speedUp && { faster: at(speedUp) }),
    ...(measured && { measured }),
  };
}

function unitOf(name: string): (typeof MetricUnit)[keyof typeof MetricUnit] {
  if (name.startsWith("Megabytes")) return MetricUnit.Megabytes;
  return name.startsWith("Dollars") ? MetricUnit.NoUnit : MetricUnit.Count;
}
