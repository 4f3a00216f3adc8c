/**
 * The embedded Kinesis as a process of its own: kinesalite on a free loopback port, in memory. It ends with the
 * process that forked it.
 *
 * kinesalite predates StreamARN, which today's producers and connectors send; here it becomes the StreamName.
 */
import http from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import kinesalite from "kinesalite";
import { storedStreamName } from "./home";
import { shiftClock } from "./shifted-clock";

const [clockOffsetMs = "0"] = process.argv.slice(2);
if (clockOffsetMs !== "0") shiftClock(Number(clockOffsetMs));

const kinesis = kinesalite({ createStreamMs: 0, updateStreamMs: 0, deleteStreamMs: 0, shardLimit: 1_000 });

const server = http.createServer((request, response) => {
  const answer = (body: Buffer) => {
    const { method, url, headers } = request;
    const named = withStreamName(body);
    kinesis.emit("request", Object.assign(Readable.from([named]), { method, url, headers }), response);
  };
  // A client that ends in mid-request, a killed Flink say, wants no answer.
  buffer(request).then(answer, () => response.destroy());
});

function withStreamName(body: Buffer): Buffer {
  if (!body.includes('"StreamARN"')) return body;
  const { StreamARN, ...rest } = JSON.parse(body.toString()) as { StreamARN: string };
  return Buffer.from(JSON.stringify({ StreamName: storedStreamName(StreamARN), ...rest }));
}

process.once("disconnect", () => process.exit());
// Ctrl-C reaches the whole group; whoever forked this process decides when it ends.
process.on("SIGINT", () => undefined);
server.listen(0, "127.0.0.1", () => {
  // Whoever forked this process may have ended by now.
  process.send?.({ port: (server.address() as AddressInfo).port }, undefined, undefined, () => undefined);
});
