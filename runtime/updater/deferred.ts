/**
 * Settles recommendations that were deferred until the change window opens. A schedule invokes it with the event
 * `{"applyDeferred": true}` (components/deferred-schedule.ts). Each recommendation is handled like a record of the stream,
 * and judged by the live function and its history as they are now.
 */
import type { KinesisStreamRecord } from "aws-lambda";
import { z } from "zod";
import { isOpen, parseChangeWindow } from "../change-window";
import type { Deferred, History } from "./history-item";
import { omit } from "./omit";
import type { Invocation, Services } from "./services";
import { settle } from "./settle";

/** The schedule's event. */
export const applyDeferredSchema = z.strictObject({ applyDeferred: z.literal(true) });

export interface DeferredAnswer {
  /** How many deferred recommendations were settled. */
  readonly settled: number;
  /** How many wait for the next event, because they failed or time ran out. */
  readonly left: number;
}

/** Does nothing while the change window is closed. */
export async function applyDeferred(services: Services, invocation: Invocation): Promise<DeferredAnswer> {
  const window = parseChangeWindow(services.settings.changeWindow) ?? [];
  const answer = { settled: 0, left: 0 };
  const work: Promise<void>[] = [];
  if (!isOpen(window, Date.now())) return answer;
  for await (const { functionName, deferred } of invocation.histories.deferred()) {
    if (!deferred) continue;
    const one = settle(recordOf(functionName, deferred), services, invocation)
      .then(() => (isOpen(window, Date.now()) ? dropSettled(functionName, deferred, invocation) : undefined))
      .then(
        () => {
          answer.settled++;
        },
        () => {
          // The log says why. The next event retries what is still deferred.
          answer.left++;
        },
      );
    work.push(one);
  }
  await Promise.all(work);
  return answer;
}

/** Removes a settled recommendation from the history, unless its change has removed it. */
async function dropSettled(
  functionName: string,
  { sequenceNumber }: Deferred,
  { histories }: Invocation,
): Promise<void> {
  const history: History = await histories.read(functionName);
  if (history.deferred?.sequenceNumber !== sequenceNumber) return;
  await histories.write(omit(history, "deferred"), history);
}

/** The stream's record, with the present as its time, so that `retryFor` doesn't end the attempts. */
function recordOf(functionName: string, { sequenceNumber, record }: Deferred): KinesisStreamRecord {
  return {
    eventID: `deferred:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    eventSource: "aws:kinesis",
    eventSourceARN: "",
    eventVersion: "1.0",
    awsRegion: "",
    invokeIdentityArn: "",
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: functionName,
      sequenceNumber,
      data: Buffer.from(record).toString("base64"),
      approximateArrivalTimestamp: Date.now() / 1_000,
    },
  };
}
