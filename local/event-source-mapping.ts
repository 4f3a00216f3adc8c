/**
 * An event source mapping for a Kinesis stream, as Lambda runs it ("How Lambda processes records from stream and
 * queue-based event sources"). It handles one batch of a shard at a time, in order. With ReportBatchItemFailures, a
 * batch is retried from its lowest failed sequence number. Records that have used up their retries are discarded.
 */
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  type _Record,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from "aws-lambda";
import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_CREDENTIALS } from "./environment";
import { passing } from "./filter-criteria";

/** Records that were discarded, as the mapping would report them to its on-failure destination. */
export interface DiscardedBatch {
  readonly shardId: string;
  readonly records: readonly KinesisStreamRecord[];
  readonly condition: "RetryAttemptsExhausted";
  /** How the last attempt failed. */
  readonly cause: unknown;
}

export interface EventSourceMappingOptions {
  /** The endpoint of Kinesis, such as `http://127.0.0.1:4567`. */
  readonly endpoint: string;
  /** `us-east-1` by default. */
  readonly region?: string;
  readonly streamName: string;
  /** The events' source ARN. */
  readonly streamArn: string;
  /** Invokes the function. A rejection means that the whole batch failed. */
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- as in Lambda, no answer means success
  readonly invoke: (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse | void | null>;
  /** The most records in a batch; 100 by default. */
  readonly batchSize?: number;
  /** As JSON. Only matching records are delivered; by default, all are. */
  readonly filterPattern?: string;
  /** How often a batch is retried; forever by default, as in AWS. */
  readonly maximumRetryAttempts?: number;
  /** Whether a batch that failed as a whole is split in two before it is retried. That doesn't count as a retry. */
  readonly bisectBatchOnFunctionError?: boolean;
  readonly onDiscarded?: (batch: DiscardedBatch) => void;
  /** How long to wait if a shard has no records, in milliseconds; 100 by default. */
  readonly pollIntervalMs?: number;
  /**
   * Holds records back until `caughtUp` asks for them, and returns the order in which they are handled. For streams of
   * one shard. By default, records are handled at once, in the order of the stream.
   */
  readonly arrange?: (records: readonly KinesisStreamRecord[]) => readonly KinesisStreamRecord[];
  /**
   * The wait before the first retry, in milliseconds; 50 by default. Each retry doubles it, up to 100 times as long.
   */
  readonly retryDelayMs?: number;
}

export class EventSourceMapping {
  /** Every record read from the stream so far, in order within its shard. */
  readonly records: KinesisStreamRecord[] = [];
  private readonly client: KinesisClient;
  private readonly stop = new AbortController();
  private readonly progress = new EventEmitter();
  private readonly shards = new Map<string, Promise<void>>();
  private handled = 0;
  /** For `arrange`: the records that wait, the number that `caughtUp` asks for, and the last round of handling. */
  private readonly waiting: KinesisStreamRecord[] = [];
  private awaited = Infinity;
  private lastRound: Promise<void> = Promise.resolve();

  private constructor(private readonly options: EventSourceMappingOptions) {
    this.client = new KinesisClient({
      endpoint: options.endpoint,
      // By default the client speaks HTTP/2, which kinesalite doesn't.
      requestHandler: new NodeHttpHandler(),
      region: options.region ?? "us-east-1",
      credentials: LOCAL_CREDENTIALS,
    });
  }

  /** Starts reading every shard of the stream from its beginning. */
  static async start(options: EventSourceMappingOptions): Promise<EventSourceMapping> {
    const mapping = new EventSourceMapping(options);
    await mapping.followShards();
    return mapping;
  }

  /**
   * Resolves once `count` records have been handled.
   *
   * @throws the error that stopped the mapping before that.
   */
  async caughtUp(count: number): Promise<void> {
    const { signal } = this.stop;
    this.awaited = count;
    void this.arrangeWaiting();
    while (this.handled < count) {
      await once(this.progress, "handled", { signal }).catch((error: unknown) => {
        throw signal.aborted ? signal.reason : error;
      });
    }
  }

  /** Stops reading. Resolves once the batch in progress, if any, has been handled. */
  async close(): Promise<void> {
    this.stop.abort(new Error("the event source mapping is closed"));
    await Promise.all(this.shards.values());
    this.client.destroy();
  }

  private async followShards(): Promise<void> {
    const { streamName } = this.options;
    let page = await this.client.send(new ListShardsCommand({ StreamName: streamName }));
    for (;;) {
      for (const { ShardId } of page.Shards ?? []) {
        if (ShardId === undefined || this.shards.has(ShardId)) continue;
        this.shards.set(ShardId, this.readShard(ShardId).catch(this.fail));
      }
      if (page.NextToken === undefined) return;
      page = await this.client.send(new ListShardsCommand({ NextToken: page.NextToken }));
    }
  }

  private readonly fail = (error: unknown): void => {
    if (!this.stop.signal.aborted) this.stop.abort(error);
  };

  private async readShard(shardId: string): Promise<void> {
    const { streamName, batchSize = 100, pollIntervalMs = 100, arrange } = this.options;
    const { signal } = this.stop;
    const { ShardIterator } = await this.client.send(
      new GetShardIteratorCommand({
        StreamName: streamName,
        ShardId: shardId,
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    let iterator = ShardIterator;
    while (iterator !== undefined && !signal.aborted) {
      const answer = await this.client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: batchSize }),
        { abortSignal: signal },
      );
      const batch = (answer.Records ?? []).map((record) => this.eventRecord(shardId, record));
      this.records.push(...batch);
      if (batch.length === 0) await sleep(pollIntervalMs, undefined, { signal });
      else if (!arrange) await this.handle(shardId, batch, 0);
      else {
        this.waiting.push(...batch);
        await this.arrangeWaiting();
      }
      iterator = answer.NextShardIterator;
    }
    // A split or a merge has closed the shard. Read its children.
    if (!signal.aborted) await this.followShards();
  }

  /** Handles as many of the waiting records as `caughtUp` asks for, once that many have come. Later records wait. */
  private arrangeWaiting(): Promise<void> {
    const { arrange, batchSize = 100 } = this.options;
    this.lastRound = this.lastRound
      .then(async () => {
        const wanted = this.awaited - this.handled;
        if (!arrange || wanted <= 0 || this.waiting.length < wanted) return;
        const records = arrange(this.waiting.splice(0, wanted));
        for (let from = 0; from < records.length; from += batchSize) {
          const batch = records.slice(from, from + batchSize);
          const [shardId = ""] = batch[0]?.eventID.split(":") ?? [];
          await this.handle(shardId, batch, 0);
        }
      })
      .catch(this.fail);
    return this.lastRound;
  }

  private async handle(shardId: string, read: KinesisStreamRecord[], attempt: number): Promise<void> {
    const { maximumRetryAttempts = Infinity, bisectBatchOnFunctionError, retryDelayMs = 50 } = this.options;
    const batch = passing(read, this.options.filterPattern);
    this.count(read.length - batch.length);
    if (batch.length === 0) return;
    let rest = batch;
    let cause: unknown;
    try {
      rest = this.unhandled(batch, await this.options.invoke({ Records: batch }));
      cause = `${rest.length} of ${batch.length} records failed`;
    } catch (error) {
      cause = error;
      if (bisectBatchOnFunctionError && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        await this.handle(shardId, batch.slice(0, middle), attempt);
        await this.handle(shardId, batch.slice(middle), attempt);
        return;
      }
    }
    this.count(batch.length - rest.length);
    if (rest.length === 0 || this.stop.signal.aborted) return;
    if (attempt >= maximumRetryAttempts) {
      this.options.onDiscarded?.({ shardId, records: rest, condition: "RetryAttemptsExhausted", cause });
      this.count(rest.length);
      return;
    }
    await sleep(retryDelayMs * Math.min(2 ** attempt, 100), undefined, { signal: this.stop.signal });
    await this.handle(shardId, rest, attempt + 1);
  }

  /** The records to retry: all from the lowest failed sequence number on. */
  private unhandled(
    batch: KinesisStreamRecord[],
    // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- as in `invoke`
    response: KinesisStreamBatchResponse | void | null,
  ): KinesisStreamRecord[] {
    const failures = response?.batchItemFailures ?? [];
    if (failures.length === 0) return [];
    const positions = failures.map(({ itemIdentifier }) =>
      batch.findIndex(({ kinesis }) => kinesis.sequenceNumber === itemIdentifier),
    );
    // An identifier that isn't in the batch makes the whole batch fail, as in Lambda.
    return batch.slice(Math.max(0, Math.min(...positions)));
  }

  private count(records: number): void {
    this.handled += records;
    this.progress.emit("handled");
  }

  private eventRecord(shardId: string, record: _Record): KinesisStreamRecord {
    const { streamArn, region = "us-east-1" } = this.options;
    const sequenceNumber = record.SequenceNumber ?? "";
    return {
      eventID: `${shardId}:${sequenceNumber}`,
      eventName: "aws:kinesis:record",
      eventSource: "aws:kinesis",
      eventSourceARN: streamArn,
      eventVersion: "1.0",
      awsRegion: region,
      invokeIdentityArn: "arn:aws:iam::000000000000:role/local",
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: record.PartitionKey ?? "",
        sequenceNumber,
        data: Buffer.from(record.Data ?? []).toString("base64"),
        approximateArrivalTimestamp: (record.ApproximateArrivalTimestamp?.getTime() ?? 0) / 1_000,
      },
    };
  }
}
