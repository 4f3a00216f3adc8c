/**
 * The order in which a fleet's records are settled. Flink emits the records of one moment in no particular order, and
 * the outcome may depend on whether a function's observation of a day comes before its window. A fixed order gives the
 * same fleet the same outcome.
 */
import type { KinesisStreamRecord } from "aws-lambda";
import type { RecommendationStreamRecord } from "../../runtime/contract";

const REASONS: readonly RecommendationStreamRecord["reason"][] = ["memory-pressure", "observation", "window"];

/** A text that sorts records in the order in which they are settled. */
export function placeOf(record: RecommendationStreamRecord): string {
  const { functionName, functionVersion, windowEnd, windowStart, reason, memorySizeMB } = record;
  return [
    new Date(windowEnd).toISOString(),
    functionName,
    REASONS.indexOf(reason),
    new Date(windowStart).toISOString(),
    functionVersion,
    String(memorySizeMB).padStart(5, "0"),
  ].join(" ");
}

/** The records as if Flink had put them on the stream in that order, with the sequence numbers of their new places. */
export function inFixedOrder(records: readonly KinesisStreamRecord[]): KinesisStreamRecord[] {
  const placed = records.map((record) => ({
    record,
    place: placeOf(
      JSON.parse(Buffer.from(record.kinesis.data, "base64").toString()) as RecommendationStreamRecord,
    ),
  }));
  return placed
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
    .map(({ record }, index) => {
      const { eventID, kinesis } = records[index] ?? record;
      return { ...record, eventID, kinesis: { ...record.kinesis, sequenceNumber: kinesis.sequenceNumber } };
    });
}
