/** A TLS endpoint that takes PutRecord(s) from any extension and measures what would be on the stream. */
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

interface PutInput {
  readonly Data?: string;
  readonly Records?: readonly { readonly Data: string }[];
}

export class KinesisMeter {
  calls = 0;
  /** The bytes of the records' data alone, which is what Kinesis counts. */
  bytes = 0;
  /** The records' data, in order. */
  readonly records: string[] = [];
  /** While set, requests are accepted and never answered. */
  dead = false;

  private constructor(private readonly server: Server) {
    server.on("request", (request, response) => {
      void json(request).then((input) => {
        const { Data, Records = Data === undefined ? [] : [{ Data }] } = input as PutInput;
        if (this.dead) return;
        this.calls += 1;
        for (const record of Records) {
          const data = Buffer.from(record.Data, "base64");
          this.bytes += data.length;
          this.records.push(data.toString());
        }
        const entries = Records.map(() => ({ SequenceNumber: "1", ShardId: "shardId-000000000000" }));
        response.setHeader("Content-Type", "application/x-amz-json-1.1");
        response.end(JSON.stringify({ FailedRecordCount: 0, Records: entries, ...entries[0] }));
      });
    });
  }

  static async listen(tls: { key: string; cert: string }): Promise<KinesisMeter> {
    const server = createServer(tls);
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    return new KinesisMeter(server);
  }

  get endpoint(): string {
    return `https://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }
}
