/**
 * The story of a telemetry record. The updater gets those at their cap where the Flink job doesn't always run, so that
 * memory pressure needn't wait for it.
 */
import type { KinesisStreamRecord } from "aws-lambda";
import type { Enrolment } from "./deployment";
import { problemOf } from "./record";
import type { Invocation, Services } from "./services";
import { latestMs, settleRecommendation } from "./settle";
import { pressureOf } from "./telemetry";

/** Sequence numbers of different streams can't be compared. A function's history keeps none of the telemetry stream's. */
const NO_SEQUENCE_NUMBER = "";

export function isTelemetry(
  { eventSourceARN }: KinesisStreamRecord,
  { telemetryStreamArn }: Enrolment,
): boolean {
  return telemetryStreamArn !== undefined && eventSourceARN === telemetryStreamArn;
}

/** @throws where the record must be delivered again. */
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
  // Whoever may report can send any number of bad records, which must not fill the dead-letter queue.
  if (told === undefined || problemOf(told, invocation.updaterArn, latestMs(settings)) !== undefined) {
    invocation.report.ignored();
    return;
  }
  await settleRecommendation(record, told, NO_SEQUENCE_NUMBER, services, invocation, {
    isDone: () => pressureSent.has(told),
    // Only now: the records that were kept back until then must be tried if this one fails.
    done: () => {
      pressureSent.add(told);
    },
  });
}
