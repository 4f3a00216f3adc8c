import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { EmbeddedKinesis } from "../../local/kinesis";

describe("the embedded Kinesis", () => {
  it("outlives a client that is killed in mid-request", async () => {
    const kinesis = await EmbeddedKinesis.start();
    try {
      const { port } = new URL(kinesis.endpoint);
      const socket = connect(Number(port), "127.0.0.1");
      // Its answer to the first shows that it has begun to read the second.
      socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
      socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf of it");
      await once(socket, "data");
      socket.destroy();
      assert.match(await kinesis.createStream("telemetry"), /stream\/telemetry$/);
    } finally {
      await kinesis.close();
    }
  });
});
