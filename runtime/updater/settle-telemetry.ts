/**
 * Settles a telemetry record. If the Flink job runs on a schedule, the updater gets the records at their cap, so memory
 * pressure doesn't wait for a run.
 */
import type { KinesisStreamRecord } from "aws-lambda";
import type { Enrolment } from "./deployment";
import { problemOf } from "./record";
import type { Invocation, Services } from "./services";
import { latestMs, settleRecommendation } from "./settle";
import { pressureOf } from "./telemetry";

/** Sequence numbers of different streams can't be compared, so a function's history keeps none from the telemetry stream. */
const NO_SEQUENCE_NUMBER = "";

export function isTelemetry(
  { eventSourceARN }: KinesisStreamRecord,
  { telemetryStreamArn }: Enrolment,
): boolean {
  return telemetryStreamArn !== undefined && eventSourceARN === telemetryStreamArn;
}

/** @throws if the record must be delivered again. */
export async function settleTelemetry(
  record: KinesisStreamRecord,
  services: Services,
  invocation: Invocation,
): Promise<void> {
  const { settings, pressureSent } = services;
  const { data, approximateArrivalTimestamp } = record.kinesis;
  const arrival = {
    telemetryStreamArn: record.eventSourceARN,
    arrivedAtMs: approximateArrivalTimestamp * 1_000,
  };
  const told = pressureOf(Buffer.from(data, "base64").toString(), arrival, settings);
  // Any reporting function can send any number of bad records. They must not fill the dead-letter queue.
  if (told === undefined || problemOf(told, invocation.updaterArn, latestMs(settings)) !== undefined) {
    invocation.report.ignored();
    return;
  }
  await settleRecommendation(record, told, NO_SEQUENCE_NUMBER, services, invocation, {
    isDone: () => pressureSent.has(told),
    // Remember it only now, because records of the same pressure behind it must be tried if this one fails.
    done: () => {
      pressureSent.add(told);
    },
  });
}
