/**
 * The order in which a fleet's records are settled. Flink hands on what belongs to one moment in no particular order,
 * and a function's observation of a day and its window may settle differently the other way round: here they come in
 * one order, so that the same fleet has the same outcome.
 */
import type { KinesisStreamRecord } from "aws-lambda";
import type { RecommendationStreamRecord } from "../../runtime/contract";

const REASONS: readonly RecommendationStreamRecord["reason"][] = ["memory-pressure", "observation", "window"];

/** A text that is the smaller, the earlier its record is settled. */
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

/** The records as they were on the stream, had Flink put them there in that order: with its places' numbers. */
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
