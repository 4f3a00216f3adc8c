/** Sends records that are given up to an SQS queue, with the reason and everything needed to send them again. */
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { KinesisStreamRecord } from "aws-lambda";
import type { Deadline } from "./deadline";

/** A message may have 256 KiB. The stream still has the whole record under its sequence number. */
const MAX_DATA_CHARACTERS = 32_768;

export interface DeadLetter {
  readonly reason: string;
  readonly eventSourceARN: string;
  readonly eventID: string;
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly arrivedAt: string;
  /** The record's text, or its beginning; `dataBytes` is its true length. */
  readonly data: string;
  readonly dataBytes: number;
}

export class DeadLetters {
  /** @param queueUrl undefined if there is no queue: then only the log has the record. */
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string | undefined,
    private readonly deadline: Deadline,
  ) {}

  /** @throws if the queue can't be reached; the record must then be delivered again. */
  async send(record: KinesisStreamRecord, reason: string): Promise<void> {
    if (this.queueUrl === undefined) return;
    const command = new SendMessageCommand({
      QueueUrl: this.queueUrl,
      MessageBody: JSON.stringify(deadLetter(record, reason)),
    });
    await this.deadline.call((options) => this.client.send(command, options));
  }
}

export function deadLetter(
  { eventID, eventSourceARN, kinesis }: KinesisStreamRecord,
  reason: string,
): DeadLetter {
  const data = Buffer.from(kinesis.data, "base64");
  return {
    reason,
    eventSourceARN,
    eventID,
    sequenceNumber: kinesis.sequenceNumber,
    partitionKey: kinesis.partitionKey,
    arrivedAt: new Date(kinesis.approximateArrivalTimestamp * 1_000).toISOString(),
    data: data.toString("utf8", 0, MAX_DATA_CHARACTERS),
    dataBytes: data.length,
  };
}
