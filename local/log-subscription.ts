/** Writes the records that a subscription of CloudWatch Logs would put on a stream. */
import { gzipSync } from "node:zlib";
import type { Home } from "./home";

/** A line of a function's log stream. */
export interface LogEvent {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** Some consecutive lines of one log stream. */
export interface LogLines {
  readonly logGroup: string;
  readonly logStream: string;
  readonly events: readonly LogEvent[];
}

/** A record of a Kinesis stream. */
export interface SubscriptionRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
}

/**
 * "PutLogEvents", CloudWatch Logs API Reference: the most events and bytes of a batch, and the overhead of each event.
 */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 1_048_576;
const BYTES_PER_EVENT = 26;

/**
 * The records that deliver the lines. Each is one batch of a log stream, in the gzipped envelope that the CloudWatch
 * Logs User Guide shows ("Log group-level subscription filters"). Its partition key is the log stream.
 *
 * @param home whose account the log group is in.
 */
export function subscriptionRecords(home: Home, lines: readonly LogLines[]): SubscriptionRecord[] {
  return lines.flatMap(({ logGroup, logStream, events }) =>
    batchesOf(events).map((batch) => ({
      data: gzipSync(
        JSON.stringify({
          messageType: "DATA_MESSAGE",
          owner: home.accountId,
          logGroup,
          logStream,
          subscriptionFilters: ["lambda-memory-optimizer"],
          logEvents: batch.map(({ timestamp, message }, i) => ({
            id: eventId(timestamp, i),
            timestamp,
            message,
          })),
        }),
      ),
      partitionKey: logStream,
    })),
  );
}

/**
 * The record with which CloudWatch Logs tests whether it may write to a stream. The Flink job takes it as a heartbeat.
 *
 * @param timestamp in epoch milliseconds.
 */
export function controlMessage(timestamp: number): SubscriptionRecord {
  const message = "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.";
  const record = {
    messageType: "CONTROL_MESSAGE",
    owner: "CloudwatchLogs",
    logGroup: "",
    logStream: "",
    subscriptionFilters: [],
    logEvents: [{ id: "", timestamp, message }],
  };
  return { data: gzipSync(JSON.stringify(record)), partitionKey: "control" };
}

function batchesOf(events: readonly LogEvent[]): LogEvent[][] {
  const batches: LogEvent[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    const more = Buffer.byteLength(event.message) + BYTES_PER_EVENT;
    let batch = batches.at(-1);
    if (batch === undefined || batch.length === MAX_EVENTS || bytes + more > MAX_BYTES) {
      batches.push((batch = []));
      bytes = 0;
    }
    batch.push(event);
    bytes += more;
  }
  return batches;
}

/** An event id: 56 digits, beginning with the time. */
function eventId(timestamp: number, place: number): string {
  return `3${timestamp}${String(place).padStart(42, "0")}`;
}
