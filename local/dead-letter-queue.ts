/** Emulates SendMessage, the one call of SQS that the updater makes, over HTTP on loopback. */
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** "Amazon SQS message quotas": every queue accepts at least 256 KiB. */
const MAX_MESSAGE_BYTES = 262_144;

export class DeadLetterQueue {
  /** The bodies of the messages, in order of arrival. */
  readonly messages: string[] = [];
  /** While true, the queue refuses every message. */
  broken = false;

  private constructor(private readonly server: Server) {}

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<DeadLetterQueue> {
    const server = createServer();
    const queue = new DeadLetterQueue(server);
    server.on("request", (request, response) => void queue.answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return queue;
  }

  /** The endpoint for an SDK, as in `AWS_ENDPOINT_URL_SQS`. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.endpoint}/000000000000/dead-letters`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { MessageBody = "" } = (await json(request)) as { MessageBody?: string };
    if (this.broken) {
      refuse(response, 503, "ServiceUnavailable", "out of reach");
    } else if (request.headers["x-amz-target"] !== "AmazonSQS.SendMessage") {
      refuse(response, 400, "UnsupportedOperation", "only SendMessage is emulated");
    } else if (Buffer.byteLength(MessageBody) > MAX_MESSAGE_BYTES) {
      refuse(response, 400, "InvalidParameterValue", "the message must be shorter than 262144 bytes");
    } else {
      this.messages.push(MessageBody);
      const MD5OfMessageBody = createHash("md5").update(MessageBody).digest("hex");
      send(response, 200, { MessageId: randomUUID(), MD5OfMessageBody });
    }
  }
}

function refuse(response: ServerResponse, statusCode: number, code: string, message: string): void {
  send(response, statusCode, { __type: `com.amazonaws.sqs#${code}`, message });
}

function send(response: ServerResponse, statusCode: number, body: unknown): void {
  response.writeHead(statusCode, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(body));
}
