/** Handles one recommendation: it is read, judged, applied or given up, and reported. */
import type { KinesisStreamRecord } from "aws-lambda";
import type { Recommendation, RecommendationStreamRecord } from "../contract";
import { durationMs } from "../duration";
import type { Settings } from "../settings";
import { meaningOf } from "./aws-errors";
import { change } from "./change";
import { refusalBeforeRead } from "./eligibility";
import { figures } from "./history";
import { judge } from "./judge";
import { skipped, type Outcome } from "./outcome";
import { settledByHistory } from "./pressure";
import { readRecommendation } from "./record";
import type { Subject } from "./report";
import type { Invocation, Services } from "./services";
import { settleObservation } from "./settle-observation";
import { targetOf } from "./targets";

/** @throws if the record must be delivered again. */
export async function settle(
  record: KinesisStreamRecord,
  services: Services,
  invocation: Invocation,
): Promise<void> {
  const { sequenceNumber, data } = record.kinesis;
  const text = Buffer.from(data, "base64").toString();
  const checked = readRecommendation(text, invocation.updaterArn, latestMs(services.settings));
  if (checked.ok) {
    await settleRecommendation(record, checked.record, sequenceNumber, services, invocation);
    return;
  }
  // It can never become valid, so it must not block the rest.
  await orPostpone(invocation, () =>
    giveUp(record, checked.problem, { functionName: null, sequenceNumber }, invocation),
  );
}

/** When a window may end at the latest, in epoch milliseconds. */
export function latestMs({ maxClockSkew }: Pick<Settings, "maxClockSkew">): number {
  return Date.now() + (durationMs(maxClockSkew) ?? 0);
}

/** Knows whether a recommendation is already settled, for records that repeat the same request. */
interface Alike {
  readonly isDone: () => boolean;
  readonly done: () => void;
}

/**
 * Settles a record after all earlier records of its function.
 *
 * @param sequenceNumber the record's number in the function's history; empty if the history keeps none.
 * @throws if the record must be delivered again.
 */
export async function settleRecommendation(
  record: KinesisStreamRecord,
  told: RecommendationStreamRecord,
  sequenceNumber: string,
  services: Services,
  invocation: Invocation,
  alike?: Alike,
): Promise<void> {
  await orPostpone(invocation, () =>
    invocation.lanes.run(told.functionName, async () => {
      if (alike?.isDone()) return;
      await settleInLane(record, told, sequenceNumber, services, invocation);
      alike?.done();
    }),
  );
}

async function orPostpone({ report }: Invocation, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (meaningOf(error) === "out-of-time") report.postponed();
    throw error;
  }
}

async function settleInLane(
  record: KinesisStreamRecord,
  told: RecommendationStreamRecord,
  sequenceNumber: string,
  services: Services,
  invocation: Invocation,
): Promise<void> {
  const { functionName } = told;
  const recommendation = told.reason === "observation" ? undefined : told;
  const subject = {
    functionName,
    sequenceNumber: record.kinesis.sequenceNumber,
    ...(told.reason === "observation" ? { observation: told } : { recommendation: told }),
  };
  try {
    const outcome =
      told.reason === "observation"
        ? await settleObservation(told, sequenceNumber, services, invocation)
        : await settleOne(told, sequenceNumber, services, invocation);
    if (outcome.reason === "no-such-function") services.missing.add(functionName);
    if (told.reason === "observation") {
      invocation.report.observation(outcome);
      if (!isWorthALine(outcome)) return;
    }
    invocation.report.decision(subject, outcome);
  } catch (error) {
    const meaning = meaningOf(error);
    if (meaning === "out-of-time") throw error;
    const reason = reasonOf(error);
    if (meaning === "refused" || isTooOld(record, services.settings)) {
      await giveUp(record, reason, subject, invocation);
      return;
    }
    invocation.report.decision(subject, failed(reason, recommendation), "retried");
    throw error;
  }
}

async function settleOne(
  recommendation: Recommendation,
  sequenceNumber: string,
  { settings, enrolment, missing }: Services,
  { functions, histories, deadline }: Invocation,
): Promise<Outcome> {
  deadline.check();
  const { functionName, windowStart, windowEnd, reason } = recommendation;
  const refused = refusalBeforeRead(recommendation, settings);
  if (refused) return { ...skipped(refused), to: recommendation.recommendedMemorySizeMB };
  if (missing.has(functionName)) return skipped("no-such-function");
  const { target, ...alias } = targetOf(recommendation, settings.aliasName, functions, deadline);
  return change(
    {
      functionName,
      target,
      settledBy: (history) => settledByHistory(recommendation, sequenceNumber, history, settings, Date.now()),
      decide: (live, history) =>
        judge({ recommendation, sequenceNumber, live, history, settings, enrolment, nowMs: Date.now() }),
      basis: {
        trigger: reason,
        windowStart,
        windowEnd,
        sequenceNumber,
        before: figures(recommendation),
        ...alias,
      },
    },
    histories,
    deadline,
  );
}

/** Every function has observations daily, so only those that did something, or would have, get a line. */
function isWorthALine({ status, reason, live }: Outcome): boolean {
  return status !== "skipped" || (live !== undefined && reason !== "observed");
}

async function giveUp(
  record: KinesisStreamRecord,
  reason: string,
  subject: Subject,
  { deadLetters, report }: Invocation,
): Promise<void> {
  await deadLetters.send(record, reason);
  report.decision(subject, failed(reason, subject.recommendation), "dead-lettered");
}

function isTooOld({ kinesis }: KinesisStreamRecord, { retryFor }: Settings): boolean {
  return Date.now() - kinesis.approximateArrivalTimestamp * 1_000 > (durationMs(retryFor) ?? 0);
}

function failed(reason: string, recommendation: Recommendation | undefined): Outcome {
  return { status: "failed", from: null, to: recommendation?.recommendedMemorySizeMB ?? null, reason };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
