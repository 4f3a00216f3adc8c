import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { GetRecordsCommand, GetShardIteratorCommand } from "@aws-sdk/client-kinesis";
import { EmbeddedKinesis } from "../../local/kinesis";
import { TYPESCRIPT_LOADER } from "../../local/typescript-loader";

describe("the embedded Kinesis", () => {
  it("survives a client that is killed in the middle of a request", async () => {
    const kinesis = await EmbeddedKinesis.start();
    try {
      const { port } = new URL(kinesis.endpoint);
      const socket = connect(Number(port), "127.0.0.1");
      // The answer to the first request shows that the server has begun to read the second.
      socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
      socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf of it");
      await once(socket, "data");
      socket.destroy();
      assert.match(await kinesis.createStream("telemetry"), /stream\/telemetry$/);
    } finally {
      await kinesis.close();
    }
  });

  it("ends with the process that forked it, even if that ends before it is up", async () => {
    const server = fork(path.join(__dirname, "../../local/kinesis-server.ts"), {
      execArgv: [...TYPESCRIPT_LOADER],
      stdio: "ignore",
    });
    const over = new AbortController();
    const ended = once(server, "exit").then(() => {
      over.abort();
    });
    try {
      server.disconnect();
      await delay(60_000, undefined, { signal: over.signal }).catch(() => undefined);
      assert.ok(over.signal.aborted, "it still runs");
    } finally {
      server.kill("SIGKILL");
      await ended;
    }
  });

  it("holds an answer without records back until there is a record, if configured to", async () => {
    const kinesis = await EmbeddedKinesis.start({ longestWaitMs: 60_000 });
    try {
      const StreamARN = await kinesis.createStream("telemetry");
      const start = new GetShardIteratorCommand({
        StreamARN,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      });
      let { ShardIterator } = await kinesis.client.send(start);
      for (const data of ["first", "second"]) {
        const reading = kinesis.client.send(new GetRecordsCommand({ ShardIterator }));
        await kinesis.put(StreamARN, [{ data, partitionKey: "one" }]);
        const { Records = [], NextShardIterator } = await reading;
        assert.deepEqual(
          Records.map(({ Data }) => Buffer.from(Data ?? []).toString()),
          [data],
        );
        ShardIterator = NextShardIterator;
      }
    } finally {
      await kinesis.close();
    }
  });

  it("answers without records once the longest wait is over", async () => {
    const kinesis = await EmbeddedKinesis.start({ longestWaitMs: 20 });
    try {
      const streamArn = await kinesis.createStream("telemetry");
      assert.deepEqual(await kinesis.readAll(streamArn), []);
    } finally {
      await kinesis.close();
    }
  });
});
