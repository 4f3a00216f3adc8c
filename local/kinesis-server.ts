/**
 * The embedded Kinesis as a process of its own: kinesalite on a free loopback port, in memory. It ends with the
 * process that forked it.
 *
 * kinesalite predates StreamARN, which today's producers and connectors send; here it becomes the StreamName.
 */
import { EventEmitter } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import kinesalite from "kinesalite";
import { storedStreamName } from "./home";
import { shiftClock } from "./shifted-clock";

const [clockOffsetMs = "0", longestWaitMs = "0"] = process.argv.slice(2);
if (clockOffsetMs !== "0") shiftClock(Number(clockOffsetMs));

const kinesis = kinesalite({ createStreamMs: 0, updateStreamMs: 0, deleteStreamMs: 0, shardLimit: 1_000 });

const server = http.createServer((request, response) => {
  const answer = (body: Buffer) => {
    const { method, url, headers } = request;
    const named = withStreamName(body);
    const handle = () => {
      kinesis.emit("request", Object.assign(Readable.from([named]), { method, url, headers }), response);
    };
    const call = String(headers["x-amz-target"]).split(".").at(-1) ?? "";
    if (call === "GetRecords" && longestWaitMs !== "0") waitForRecords(response, handle);
    else if (!/^(Get|List|Describe)/.test(call)) response.once("finish", () => writes.emit("write"));
    handle();
  };
  // A client that ends in mid-request, a killed Flink say, wants no answer.
  buffer(request).then(answer, () => response.destroy());
});

/** Whatever may give a reader something to read. */
const writes = new EventEmitter();
writes.setMaxListeners(0);

/**
 * Holds an answer without records back until there may be some, so that a reader has a record at once and asks no
 * more often than there are any.
 *
 * @param handle has kinesalite handle the request, whose answer ends the response.
 */
function waitForRecords(response: http.ServerResponse, handle: () => void): void {
  const end = response.end.bind(response);
  const untilMs = performance.now() + Number(longestWaitMs);
  let isNew = false;
  const onWrite = () => (isNew = true);
  writes.on("write", onWrite);
  response.once("close", () => writes.off("write", onWrite));
  response.end = ((body: string) => {
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0 || response.destroyed || !hasNothingYet(body)) return end(body);
    const again = () => {
      clearTimeout(timer);
      writes.off("write", again);
      isNew = false;
      handle();
    };
    const timer = setTimeout(again, isNew ? 0 : leftMs);
    writes.once("write", again);
    return response;
  }) as typeof response.end;
}

/** Of a shard that is open, or it would have no next iterator. */
function hasNothingYet(body: unknown): boolean {
  return typeof body === "string" && body.includes('"NextShardIterator"') && body.endsWith('"Records":[]}');
}

function withStreamName(body: Buffer): Buffer {
  if (!body.includes('"StreamARN"')) return body;
  const { StreamARN, ...rest } = JSON.parse(body.toString()) as { StreamARN: string };
  return Buffer.from(JSON.stringify({ StreamName: storedStreamName(StreamARN), ...rest }));
}

process.once("disconnect", () => process.exit());
// It may have ended while this file was still being loaded: nobody hears of that any more.
if (!process.connected) process.exit();
// Ctrl-C reaches the whole group; whoever forked this process decides when it ends.
process.on("SIGINT", () => undefined);
server.listen(0, "127.0.0.1", () => {
  // Whoever forked this process may have ended by now.
  process.send?.({ port: (server.address() as AddressInfo).port }, undefined, undefined, () => undefined);
});
