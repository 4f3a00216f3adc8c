/** Recommendations and the events that carry them, for the updater's tests. */
import type { KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import type { Observation, Recommendation } from "../../runtime/contract";

export const REGION = "eu-west-1";
export const ACCOUNT = "123456789012";

export function functionArn(functionName: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName}`;
}

/** A function that was given 1,024 MB and needs 150: the fields of interest can be told apart from the rest. */
export function recommendation({
  functionName = "checkout",
  ...fields
}: Partial<Recommendation> = {}): Recommendation {
  return {
    functionName,
    functionArn: functionArn(functionName),
    functionVersion: "$LATEST",
    memorySizeMB: 1_024,
    recommendedMemorySizeMB: 600,
    reason: "window",
    windowStart: "2026-01-01T00:00:00.000Z",
    windowEnd: "2026-01-15T00:00:00.000Z",
    activeDays: 14,
    invocations: 1_400,
    averageDailyPeakMB: 500,
    peakMB: 510,
    outOfMemory: 0,
    ...fields,
  };
}

/** A day of a function at 1,024 MB. */
export function observation({
  functionName = "checkout",
  ...fields
}: Partial<Observation> = {}): Observation {
  return {
    functionName,
    functionArn: functionArn(functionName),
    functionVersion: "$LATEST",
    memorySizeMB: 1_024,
    reason: "observation",
    windowStart: "2026-01-14T00:00:00.000Z",
    windowEnd: "2026-01-15T00:00:00.000Z",
    invocations: 100,
    durationMs: 12_345.678,
    durationSquaredMs2: 1_600_000,
    cpuMs: 4_000,
    cpuDurationMs: 12_345.678,
    billedDurationMs: 12_400,
    initDurationMs: 0,
    coldStarts: 0,
    errors: 0,
    timeouts: 0,
    outOfMemory: 0,
    peakMB: 510,
    ...fields,
  };
}

/** The event of one shard's batch; sequence numbers count up from `firstSequenceNumber`. */
export function kinesisEvent(
  payloads: readonly unknown[],
  { firstSequenceNumber = 1, arrivedAtMs = Date.now() } = {},
): KinesisStreamEvent {
  return {
    Records: payloads.map((payload, i) =>
      kinesisRecord(payload, String(firstSequenceNumber + i), arrivedAtMs),
    ),
  };
}

function kinesisRecord(payload: unknown, sequenceNumber: string, arrivedAtMs: number): KinesisStreamRecord {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return {
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    eventSource: "aws:kinesis",
    eventSourceARN: `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/recommendations`,
    eventVersion: "1.0",
    awsRegion: REGION,
    invokeIdentityArn: `arn:aws:iam::${ACCOUNT}:role/local`,
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: "any",
      sequenceNumber,
      data: Buffer.from(text).toString("base64"),
      approximateArrivalTimestamp: arrivedAtMs / 1_000,
    },
  };
}
