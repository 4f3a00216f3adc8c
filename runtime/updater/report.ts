/** What the updater tells of one invocation: a structured line for each decision, and the sums as metrics. */
import type { Logger } from "@aws-lambda-powertools/logger";
import { MetricUnit, type Metrics } from "@aws-lambda-powertools/metrics";
import type { Recommendation } from "../contract";
import type { Outcome } from "./outcome";
import { dollarsPerMonth } from "./savings";

/** Where a decision comes from; functionName is null where the record doesn't tell. */
export interface Subject {
  readonly functionName: string | null;
  readonly sequenceNumber?: string;
  readonly recommendation?: Recommendation;
}

/** What happens to a failed record next. */
export type Failure = "retried" | "dead-lettered";

export class Report {
  private readonly sums = new Map<string, number>();
  private readonly skipped = new Map<string, number>();

  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** Tells of a decision, once it is certain. */
  decision(subject: Subject, { live, ...outcome }: Outcome, failure?: Failure): void {
    const { functionName, sequenceNumber, recommendation } = subject;
    const dollars = this.count(outcome, failure, recommendation, live);
    const line = {
      functionName,
      ...outcome,
      ...(failure && { failure }),
      ...(dollars !== undefined && { estimatedDollarsPerMonth: dollars }),
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

  /** Counts a record that was not tried: there was no time left, or an earlier one of its function comes first. */
  postponed(): void {
    this.add("Postponed", 1);
  }

  /** Counts an observation, which decides nothing. */
  observation(): void {
    this.add("Observations", 1);
  }

  /** Publishes the sums: once, at the invocation's end. */
  publish(): void {
    for (const [name, value] of this.sums) this.metrics.addMetric(name, unitOf(name), value);
    if (this.sums.size > 0) this.metrics.publishStoredMetrics();
    for (const [reason, count] of this.skipped) {
      const byReason = this.metrics.singleMetric();
      byReason.addDimension("reason", reason);
      byReason.addMetric("Skipped", MetricUnit.Count, count);
    }
  }

  /** @returns the dollars that the change saves, or would save. */
  private count(
    { status, from, to, reason }: Outcome,
    failure: Failure | undefined,
    recommendation: Recommendation | undefined,
    live: Outcome["live"],
  ): number | undefined {
    if (status === "failed") this.add(failure === "retried" ? "Failed" : "DeadLettered", 1);
    if (status === "skipped") this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1);
    if (status === "applied") this.add("Applied", 1);
    if (status === "released") this.add("Released", 1);
    const wouldApply = status === "skipped" && reason === "recommend-mode";
    if (from === null || to === null || !(status === "applied" || wouldApply)) return undefined;
    this.add(wouldApply ? "MegabytesToSave" : "MegabytesSaved", from - to);
    if (!recommendation || !live) return undefined;
    const dollars = dollarsPerMonth(recommendation, { from, to, architecture: live.architecture });
    if (dollars !== undefined)
      this.add(wouldApply ? "DollarsPerMonthToSave" : "DollarsPerMonthSaved", dollars);
    return dollars;
  }

  private add(name: string, value: number): void {
    this.sums.set(name, (this.sums.get(name) ?? 0) + value);
  }
}

function unitOf(name: string): (typeof MetricUnit)[keyof typeof MetricUnit] {
  if (name.startsWith("Megabytes")) return MetricUnit.Megabytes;
  return name.startsWith("Dollars") ? MetricUnit.NoUnit : MetricUnit.Count;
}
