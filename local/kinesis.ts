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
import type { WatchedProcess } from "./process-watch";
import { TYPESCRIPT_LOADER } from "./typescript-loader";

/** Kinesis's own limits for one PutRecords call ("PutRecords", Amazon Kinesis Data Streams API Reference). */
const MAX_RECORDS_PER_CALL = 500;
const MAX_BYTES_PER_CALL = 5 * 1_048_576;

export interface EmbeddedKinesisOptions {
  /** How far its clock, which stamps arrivals, is ahead of the machine's, in milliseconds; 0 by default. */
  readonly clockOffsetMs?: number;
  /** How long GetRecords waits for a first record, in milliseconds; 0 by default, as in AWS. */
  readonly longestWaitMs?: number;
  /** Called with the server's process as soon as there is one. */
  readonly onSpawn?: (watched: WatchedProcess) => void;
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
      // By default the client speaks HTTP/2, which kinesalite doesn't.
      requestHandler: new NodeHttpHandler(),
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
    });
  }

  /** @throws ProcessError if the server's process ends before it listens. */
  static async start({
    clockOffsetMs = 0,
    longestWaitMs = 0,
    onSpawn,
  }: EmbeddedKinesisOptions = {}): Promise<EmbeddedKinesis> {
    const server = fork(path.join(__dirname, "kinesis-server.ts"), [`${clockOffsetMs}`, `${longestWaitMs}`], {
      execArgv: [...TYPESCRIPT_LOADER],
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
   * Creates a stream and waits until it exists.
   *
   * @param name the stream's name.
   * @param shardCount the number of shards. One, the default, keeps records in the order in which they were put.
   * @param home the stream's account and region.
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
   * Puts records on a stream, in order.
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
   * Puts a record on each shard of a stream.
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
   * Reads everything on a stream, shard by shard. Nobody may still be writing to it.
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
      // Nothing is lost, because everything is in memory. A weaker signal wouldn't end a stopped process.
      this.server.kill("SIGKILL");
      await exit;
    }
  }
}

/** Divides the records, in order, into as few calls as Kinesis's limits allow. */
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
