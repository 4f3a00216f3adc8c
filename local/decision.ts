/** The updater's decisions, read from its log. */
import type { KinesisStreamEvent } from "aws-lambda";
import type { Recommendation, RecommendationStreamRecord } from "../runtime/contract";
import { omit } from "../runtime/updater/omit";
import type { Home } from "./home";

/** The updater's expectation of a function's durations and cost, as far as it knows them. */
export interface Expectation {
  readonly durationMs?: number;
  readonly dollarsPerMonth?: number;
}

/** The updater's report on one recommendation; sizes in MB. */
export interface Update {
  readonly functionName: string;
  readonly functionArn: string;
  readonly status: "applied" | "skipped" | "failed";
  readonly from: number | null;
  readonly to: number | null;
  readonly reason: string;
  /** More of the reason, for a person. */
  readonly detail?: string;
  /** At the size that it has. */
  readonly now?: Expectation;
  /** At the size to go to; if the function is left alone, at the size that memory alone asks for. */
  readonly predicted?: Expectation & { readonly memorySizeMB: number; readonly slowdown: number };
  /** At a size where it would be at least 20% faster for little more money; only in `recommend` mode. */
  readonly faster?: Expectation & { readonly memorySizeMB: number };
}

/** An update, and the recommendation that it is based on; undefined if it is based on an observation. */
export interface Decision extends Update {
  /** The end of the window or bucket that the record is about: ISO 8601. */
  readonly at: string;
  readonly recommendation: Recommendation | undefined;
}

/** A decision in the updater's log; a size that isn't known is left out. */
interface DecisionLine extends Omit<Update, "functionName" | "functionArn" | "from" | "to"> {
  readonly message: string;
  readonly sequenceNumber: string;
  readonly functionName: string | null;
  readonly from?: number;
  readonly to?: number;
}

/** The updater's decisions on a batch, by the sequence number of the recommendation; the log has its metrics, too. */
export function decisionsOf(
  { partition, region, accountId }: Home,
  { Records }: KinesisStreamEvent,
  logLines: readonly string[],
): [string, Decision][] {
  const texts = new Map(Records.map(({ kinesis }) => [kinesis.sequenceNumber, kinesis.data]));
  return logLines
    .map((line) => JSON.parse(line) as DecisionLine)
    .filter(({ message }) => message === "decision")
    .flatMap(({ sequenceNumber, functionName, from = null, to = null, ...line }) => {
      const data = texts.get(sequenceNumber);
      if (data === undefined || functionName === null) return [];
      const functionArn = `arn:${partition}:lambda:${region}:${accountId}:function:${functionName}`;
      const record = JSON.parse(Buffer.from(data, "base64").toString()) as RecommendationStreamRecord;
      const recommendation = record.reason === "observation" ? undefined : record;
      const update = updateOf({ functionName, functionArn, from, to, ...line });
      return [[sequenceNumber, { ...update, at: record.windowEnd, recommendation }]];
    });
}

/** The fields of an update, in their order, and nothing else. */
export function updateOf(update: Update): Update {
  const { functionName, functionArn, status, from, to, reason, detail, now, predicted, faster } = update;
  return {
    functionName,
    functionArn,
    status,
    from,
    to,
    reason,
    ...(detail !== undefined && { detail }),
    ...(now && { now }),
    ...(predicted && { predicted }),
    ...(faster && { faster }),
  };
}

/** A decision without its expectations: a recording's sandboxes measure this machine's CPU time, not the function's. */
export function withoutExpectations(decision: Decision): Decision {
  return omit(decision, "now", "predicted", "faster");
}
