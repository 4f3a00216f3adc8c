/** The event source mapping on an embedded Kinesis. */
import {
  CreateStreamCommand,
  KinesisClient,
  PutRecordsCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { EventSourceMapping, type EventSourceMappingOptions } from "../../local/event-source-mapping";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types
const kinesalite = require("kinesalite") as (options: object) => Server;

describe("the event source mapping", () => {
  let server: Server;
  let client: KinesisClient;
  let endpoint: string;
  let mapping: EventSourceMapping | undefined;

  beforeEach(async () => {
    server = kinesalite({ createStreamMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = new KinesisClient({
      endpoint,
      requestHandler: new NodeHttpHandler(),
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    await client.send(new CreateStreamCommand({ StreamName: "stream", ShardCount: 1 }));
    // Kinesis accepts the call before the stream exists.
    await waitUntilStreamExists(
      { client, minDelay: 0.01, maxDelay: 0.1, maxWaitTime: 30 },
      { StreamName: "stream" },
    );
  });
  afterEach(async () => {
    await mapping?.close();
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  async function put(count: number): Promise<void> {
    const { FailedRecordCount } = await client.send(
      new PutRecordsCommand({
        StreamName: "stream",
        Records: Array.from({ length: count }, (_, i) => ({ Data: Buffer.from(`${i}`), PartitionKey: "k" })),
      }),
    );
    assert.equal(FailedRecordCount, 0);
  }

  /**
   * Starts the mapping with a function that answers each invocation with `respond`; returns the batches that the
   * function got.
   */
  async function start(
    respond: (values: string[], event: KinesisStreamEvent) => KinesisStreamBatchResponse | null,
    options: Partial<EventSourceMappingOptions> = {},
  ): Promise<string[][]> {
    const invocations: string[][] = [];
    mapping = await EventSourceMapping.start({
      endpoint,
      streamName: "stream",
      streamArn: "arn:aws:kinesis:us-east-1:123456789012:stream/stream",
      pollIntervalMs: 5,
      retryDelayMs: 1,
      ...options,
      invoke: (event) => {
        const values = event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
        invocations.push(values);
        return Promise.resolve().then(() => respond(values, event));
      },
    });
    return invocations;
  }

  /** Reports the record with this value as failed. */
  function failing(event: KinesisStreamEvent, value: string): KinesisStreamBatchResponse {
    return {
      batchItemFailures: event.Records.filter(
        ({ kinesis }) => Buffer.from(kinesis.data, "base64").toString() === value,
      ).map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })),
    };
  }

  it("hands over all records in order, in batches of at most batchSize", async () => {
    await put(5);
    const invocations = await start(() => null, { batchSize: 2 });
    await mapping!.caughtUp(5);
    assert.deepEqual(invocations, [["0", "1"], ["2", "3"], ["4"]]);
    const [first] = mapping!.records;
    assert.equal(first!.eventID, `shardId-000000000000:${first!.kinesis.sequenceNumber}`);
  });

  it("retries from the lowest failed sequence number on", async () => {
    await put(4);
    let attempts = 0;
    const invocations = await start((_, event) =>
      attempts++ === 0 ? failing(event, "2") : { batchItemFailures: [] },
    );
    await mapping!.caughtUp(4);
    assert.deepEqual(invocations, [
      ["0", "1", "2", "3"],
      ["2", "3"],
    ]);
  });

  it("treats an unknown identifier as a failure of the whole batch", async () => {
    await put(2);
    let attempts = 0;
    const invocations = await start(() =>
      attempts++ === 0 ? { batchItemFailures: [{ itemIdentifier: "unknown" }] } : null,
    );
    await mapping!.caughtUp(2);
    assert.deepEqual(invocations, [
      ["0", "1"],
      ["0", "1"],
    ]);
  });

  it("gives up after maximumRetryAttempts, reports the records, and goes on", async () => {
    await put(3);
    const discarded: string[] = [];
    const invocations = await start((_, event) => failing(event, "1"), {
      batchSize: 2,
      maximumRetryAttempts: 2,
      onDiscarded: ({ records }) => {
        discarded.push(...records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString()));
      },
    });
    await mapping!.caughtUp(3);
    assert.deepEqual(invocations, [["0", "1"], ["1"], ["1"], ["2"]]);
    assert.deepEqual(discarded, ["1"]);
  });

  it("halves a batch that failed, until the bad record is alone", async () => {
    await put(4);
    const discarded: number[] = [];
    const handled: string[] = [];
    await start(
      (values) => {
        if (values.includes("2")) throw new Error("no");
        handled.push(...values);
        return null;
      },
      {
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 1,
        onDiscarded: ({ records }) => discarded.push(records.length),
      },
    );
    await mapping!.caughtUp(4);
    assert.deepEqual(handled, ["0", "1", "3"]);
    assert.deepEqual(discarded, [1]);
  });

  it("delivers and retries only records that pass the filter", async () => {
    await put(5);
    let attempts = 0;
    const invocations = await start(
      (_, event) => (attempts++ === 1 ? failing(event, "4") : { batchItemFailures: [] }),
      { batchSize: 3, filterPattern: '{"data":[{"numeric":[">",1,"<=",4]}]}' },
    );
    await mapping!.caughtUp(5);
    assert.deepEqual(invocations, [["2"], ["3", "4"], ["4"]]);
    assert.equal(mapping!.records.length, 5);
  });

  it("tells those who wait why it stopped", async () => {
    await start(() => null);
    const waiting = mapping!.caughtUp(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(waiting, { code: "ECONNREFUSED" });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  it("handles records in its own order, once all the awaited ones are there", async () => {
    const invocations = await start(() => null, {
      batchSize: 2,
      arrange: (records) => [...records].reverse(),
    });
    await put(2);
    await mapping!.caughtUp(2);
    await put(2);
    // Records that are read before they are asked for wait too.
    while (mapping!.records.length < 4) await sleep(5);
    const three = mapping!.caughtUp(5);
    await put(1);
    await three;
    assert.deepEqual(invocations, [["1", "0"], ["0", "1"], ["0"]]);
  });
});
