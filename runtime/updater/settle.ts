/** Settles one record of the stream: reads it, has it judged, makes the change or gives it up. */
import type { KinesisStreamRecord } from "aws-lambda";
import { observationSchema, readRecord, type Recommendation } from "../contract";
import { durationMs } from "../duration";
import type { Settings } from "../settings";
import { change, isRefusal, type Outcome } from "./change";
import type { Deadline } from "./deadline";
import type { DeadLetters } from "./dead-letters";
import { figures, isSettled } from "./history";
import type { HistoryTable } from "./history-table";
import { judge } from "./judge";
import type { Lanes } from "./lanes";
import type { LambdaFunctions } from "./lambda-functions";
import { readRecommendation } from "./record";
import type { Report, Subject } from "./report";
import { behindAlias, latest } from "./targets";

/** What the updater works with, made once per sandbox. */
export interface Services {
  readonly functions: LambdaFunctions;
  readonly histories: HistoryTable;
  readonly deadLetters: DeadLetters;
  readonly settings: Settings;
}

/** What belongs to one invocation. */
export interface Invocation {
  readonly updaterArn: string;
  readonly deadline: Deadline;
  readonly lanes: Lanes;
  readonly report: Report;
}

/** @throws where the record must be delivered again. */
export async function settle(
  record: KinesisStreamRecord,
  services: Services,
  invocation: Invocation,
): Promise<void> {
  const { sequenceNumber, data } = record.kinesis;
  const text = Buffer.from(data, "base64").toString();
  if (readRecord(observationSchema, text).ok) {
    invocation.report.observation();
    return;
  }
  const checked = readRecommendation(text, invocation.updaterArn, Date.now());
  if (!checked.ok) {
    // It will never be right, so that it must not hold up those that are.
    await giveUp(record, checked.problem, { functionName: null, sequenceNumber }, services, invocation);
    return;
  }
  const recommendation = checked.record;
  const { functionName } = recommendation;
  const subject = { functionName, sequenceNumber, recommendation };
  await invocation.lanes.run(functionName, async () => {
    try {
      const outcome = await settleOne(recommendation, sequenceNumber, services, invocation.deadline);
      invocation.report.decision(subject, outcome);
    } catch (error) {
      const reason = reasonOf(error);
      if (isRefusal(error) || isTooOld(record, services.settings)) {
        await giveUp(record, reason, subject, services, invocation);
        return;
      }
      invocation.report.decision(subject, failed(reason, recommendation), "retried");
      throw error;
    }
  });
}

function settleOne(
  recommendation: Recommendation,
  sequenceNumber: string,
  { functions, histories, settings }: Services,
  deadline: Deadline,
): Promise<Outcome> {
  const { functionName, functionVersion, windowStart, windowEnd } = recommendation;
  const { aliasName } = settings;
  const published = functionVersion !== "$LATEST" && aliasName !== "";
  return change(
    {
      functionName,
      target: published
        ? behindAlias(functions, functionName, aliasName, deadline)
        : latest(functions, functionName),
      isSettled: (history) => isSettled(history, sequenceNumber),
      decide: (live, history) =>
        judge({ recommendation, sequenceNumber, live, history, settings, nowMs: Date.now() }),
      basis: {
        windowStart,
        windowEnd,
        sequenceNumber,
        before: figures(recommendation),
        ...(published && { aliasName }),
      },
    },
    histories,
    deadline,
  );
}

async function giveUp(
  record: KinesisStreamRecord,
  reason: string,
  subject: Subject,
  { deadLetters }: Services,
  { report }: Invocation,
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
