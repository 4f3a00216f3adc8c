/** PutRecords over HTTP, as healthy or as faulty as a test needs it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { readRecord, telemetryRecordSchema, type TelemetryRecord } from "../../runtime/contract";

/** What happens to one PutRecords call. `lost-answer` stores the records and then resets the connection. */
export type Fate =
  | "ok"
  | "slow"
  | "throttled"
  | "partial"
  | "internal-error"
  | "access-denied"
  | "not-found"
  | "hostile-error"
  | "reset"
  | "lost-answer"
  | "silence";

interface PutRecordsInput {
  StreamARN: string;
  Records: { Data: string; PartitionKey: string }[];
}

/** How long `slow` takes to answer. */
const SLOW_MS = 800;

export class FakeKinesis {
  /** What is on the stream, duplicates included. */
  readonly records: TelemetryRecord[] = [];
  readonly calls: { fate: Fate; input: PutRecordsInput; headers: IncomingMessage["headers"] }[] = [];
  bytes = 0;
  private waiting: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    /** Decides the fate of the call with the given number, from 0. */
    public fate: (call: number) => Fate,
    private readonly scheme: string,
  ) {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void this.answer(request, response);
    });
  }

  /** @param tls key and certificate, for a TLS endpoint on `localhost`. */
  static async listen(
    fate: (call: number) => Fate = () => "ok",
    tls?: { key: string; cert: string },
  ): Promise<FakeKinesis> {
    const server = tls ? createTlsServer(tls) : createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return new FakeKinesis(server, fate, tls ? "https" : "http");
  }

  get endpoint(): string {
    const host = this.scheme === "https" ? "localhost" : "127.0.0.1";
    return `${this.scheme}://${host}:${(this.server.address() as AddressInfo).port}`;
  }

  /** The records without duplicates. */
  get distinct(): TelemetryRecord[] {
    return [
      ...new Map(this.records.map((record) => [`${record.sandboxId} ${record.sequence}`, record])).values(),
    ];
  }

  get invocations(): number {
    return this.distinct.reduce((sum, { invocations }) => sum + invocations, 0);
  }

  /** Resolves as soon as `condition` holds. Checks it after each call. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Drops all connections, as when the other end has given up on an idle one. */
  dropConnections(): void {
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const input = (await json(request)) as PutRecordsInput;
    const fate = this.fate(this.calls.length);
    this.calls.push({ fate, input, headers: request.headers });
    const entries = input.Records.map((_, index) => {
      if (fate === "partial" && index % 2 === 0) {
        return { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: "Rate exceeded" };
      }
      return { SequenceNumber: "1", ShardId: "shardId-000000000000" };
    });
    const refuse = (status: number, type: string, message = "no") => {
      response.writeHead(status).end(JSON.stringify({ __type: type, message }));
    };
    if (fate === "slow") await delay(SLOW_MS);
    if (fate === "ok" || fate === "slow" || fate === "partial" || fate === "lost-answer") {
      input.Records.forEach((entry, index) => {
        if (entries[index]!.ErrorCode === undefined) this.store(entry.Data);
      });
    }
    switch (fate) {
      case "ok":
      case "slow":
      case "partial":
        response.end(
          JSON.stringify({
            FailedRecordCount: entries.filter(({ ErrorCode }) => ErrorCode).length,
            Records: entries,
          }),
        );
        break;
      case "throttled":
        refuse(400, "ProvisionedThroughputExceededException");
        break;
      case "internal-error":
        refuse(500, "InternalFailure");
        break;
      case "access-denied":
        refuse(400, "com.amazonaws.kinesis#AccessDeniedException");
        break;
      case "not-found":
        refuse(400, "ResourceNotFoundException");
        break;
      case "hostile-error":
        refuse(400, "ValidationException", `\u001b[2J\u009b31m\u202e${"x".repeat(100_000)}`);
        break;
      case "reset":
      case "lost-answer":
        request.socket.destroy();
        break;
      case "silence":
        break;
    }
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private store(data: string): void {
    const text = Buffer.from(data, "base64").toString();
    const checked = readRecord(telemetryRecordSchema, text);
    if (!checked.ok) throw new Error(`${checked.problem}: ${text}`);
    this.bytes += Buffer.byteLength(text);
    this.records.push(checked.record);
  }
}
