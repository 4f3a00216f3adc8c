/** An embedded Kinesis with its real API over HTTP, for the one-machine run and the tests. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { LOCAL_CREDENTIALS, LOCAL_ENVIRONMENT, LOCAL_REGION } from "./environment";
import { LOCAL_HOME, storedStreamName, streamArn } from "./home";
import { nextMessage } from "./next-message";
import type { Part } from "./part-watch";

/** Kinesis's own limits for one PutRecords call ("PutRecords", Amazon Kinesis Data Streams API Reference). */
const MAX_RECORDS_PER_CALL = 500;
const MAX_BYTES_PER_CALL = 5 * 1_048_576;

export interface EmbeddedKinesisOptions {
  /** How far ahead of the present its clock is, by which it stamps arrivals; 0 unless told. */
  readonly clockOffsetMs?: number;
  /** How long GetRecords waits for the first record, where there is none; 0 unless told, as AWS has it. */
  readonly longestWaitMs?: number;
  /** Told of the server's process as soon as there is one. */
  readonly onSpawn?: (part: Part) => void;
}

export class EmbeddedKinesis {
  readonly client: KinesisClient;

  private constructor(
    private readonly server: ChildProcess,
    /** Such as `http://127.0.0.1:40123`. */
    readonly endpoint: string,
  ) {
    this.client = new KinesisClient({
      endpoint,
      // The client would speak HTTP/2, which kinesalite doesn't.
      requestHandler: new NodeHttpHandler(),
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
    });
  }

  /** @throws PartError if the server's process ends before it listens. */
  static async start({
    clockOffsetMs = 0,
    longestWaitMs = 0,
    onSpawn,
  }: EmbeddedKinesisOptions = {}): Promise<EmbeddedKinesis> {
    const server = fork(path.join(__dirname, "kinesis-server.ts"), [`${clockOffsetMs}`, `${longestWaitMs}`], {
      env: { ...process.env, ...LOCAL_ENVIRONMENT },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    onSpawn?.({ name: "Kinesis", process: server });
    const message = await nextMessage<{ port: number }>(server, "Kinesis");
    return new EmbeddedKinesis(server, `http://127.0.0.1:${message.port}`);
  }

  get pid(): number | undefined {
    return this.server.pid;
  }

  /**
   * Creates a stream and waits until it is there.
   *
   * @param name the stream's name.
   * @param shardCount how many shards it has, 1 by default: with one, records keep the order they were put in.
   * @param home the account and region that it is in.
   * @returns the stream's ARN.
   */
  async createStream(name: string, shardCount = 1, home = LOCAL_HOME): Promise<string> {
    const arn = streamArn(home, name);
    const StreamName = storedStreamName(arn);
    await this.client.send(new CreateStreamCommand({ StreamName, ShardCount: shardCount }));
    await waitUntilStreamExists(
      { client: this.client, minDelay: 0.01, maxDelay: 0.1, maxWaitTime: 30 },
      { StreamName },
    );
    return arn;
  }

  /**
   * Puts records on a stream, in their order.
   *
   * @param streamArn the stream.
   * @param records each with its text or bytes and its partition key.
   */
  async put(
    streamArn: string,
    records: readonly { data: string | Buffer; partitionKey: string }[],
  ): Promise<void> {
    for (const call of callsFor(records)) {
      const answer = await this.client.send(
        new PutRecordsCommand({
          StreamARN: streamArn,
          Records: call.map(({ data, partitionKey }) => ({
            Data: Buffer.from(data),
            PartitionKey: partitionKey,
          })),
        }),
      );
      if (answer.FailedRecordCount)
        throw new Error(`${answer.FailedRecordCount} records were refused by ${streamArn}.`);
    }
  }

  /**
   * Puts a record on each shard of a stream, as the last word of all of them.
   *
   * @param streamArn the stream.
   * @param data the record's text.
   */
  async putOnEachShard(streamArn: string, data: string): Promise<void> {
    const { Shards = [] } = await this.client.send(new ListShardsCommand({ StreamARN: streamArn }));
    for (const { HashKeyRange } of Shards) {
      await this.client.send(
        new PutRecordCommand({
          StreamARN: streamArn,
          Data: Buffer.from(data),
          PartitionKey: "each shard",
          ExplicitHashKey: HashKeyRange?.StartingHashKey,
        }),
      );
    }
  }

  /**
   * Everything that is on a stream which nobody writes to any more, shard by shard.
   *
   * @param streamArn the stream.
   */
  async readAll(streamArn: string): Promise<string[]> {
    const texts: string[] = [];
    const { Shards = [] } = await this.client.send(new ListShardsCommand({ StreamARN: streamArn }));
    for (const { ShardId } of Shards) {
      const start = new GetShardIteratorCommand({
        StreamARN: streamArn,
        ShardId,
        ShardIteratorType: "TRIM_HORIZON",
      });
      let iterator = (await this.client.send(start)).ShardIterator;
      while (iterator !== undefined) {
        const { Records = [], NextShardIterator } = await this.client.send(
          new GetRecordsCommand({ ShardIterator: iterator }),
        );
        if (Records.length === 0) break;
        texts.push(...Records.map(({ Data }) => Buffer.from(Data ?? []).toString()));
        iterator = NextShardIterator;
      }
    }
    return texts;
  }

  async close(): Promise<void> {
    this.client.destroy();
    if (this.server.exitCode === null && this.server.signalCode === null) {
      const exit = once(this.server, "exit");
      // It keeps everything in memory; and a stopped process ends by nothing less.
      this.server.kill("SIGKILL");
      await exit;
    }
  }
}

/** The records in their order, cut into as few calls as take them. */
function callsFor<T extends { readonly data: string | Buffer; readonly partitionKey: string }>(
  records: readonly T[],
): T[][] {
  const calls: T[][] = [];
  let bytes = 0;
  for (const record of records) {
    const more = Buffer.byteLength(record.data) + Buffer.byteLength(record.partitionKey);
    let call = calls.at(-1);
    if (call === undefined || call.length === MAX_RECORDS_PER_CALL || bytes + more > MAX_BYTES_PER_CALL) {
      calls.push((call = []));
      bytes = 0;
    }
    call.push(record);
    bytes += more;
  }
  return calls;
}
