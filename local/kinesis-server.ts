/**
 * The embedded Kinesis as a process: kinesalite in memory, on a free loopback port. It ends with the process that
 * forked it.
 *
 * kinesalite doesn't know StreamARN, which current producers and connectors send, so it is replaced by the StreamName.
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
  // The client, such as a killed Flink, has ended in the middle of its request.
  buffer(request).then(answer, () => response.destroy());
});

/** Emits `write` after every call that may have added records. */
const writes = new EventEmitter();
writes.setMaxListeners(0);

/**
 * Holds an answer without records back until there may be some. So a reader gets a record at once, without polling
 * often.
 *
 * @param handle lets kinesalite handle the request, which ends the response.
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

/** Whether an answer has no records but a next iterator, as that of an open shard has. */
function hasNothingYet(body: unknown): boolean {
  return typeof body === "string" && body.includes('"NextShardIterator"') && body.endsWith('"Records":[]}');
}

function withStreamName(body: Buffer): Buffer {
  if (!body.includes('"StreamARN"')) return body;
  const { StreamARN, ...rest } = JSON.parse(body.toString()) as { StreamARN: string };
  return Buffer.from(JSON.stringify({ StreamName: storedStreamName(StreamARN), ...rest }));
}

process.once("disconnect", () => process.exit());
// It may have ended while this file was being loaded, which raises no event here.
if (!process.connected) process.exit();
// Ctrl-C reaches the whole process group, but the process that forked this one decides when it ends.
process.on("SIGINT", () => undefined);
server.listen(0, "127.0.0.1", () => {
  // The process that forked this one may have ended, which is no error.
  process.send?.({ port: (server.address() as AddressInfo).port }, undefined, undefined, () => undefined);
});
