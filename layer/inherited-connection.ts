/**
 * The connection to Lambda that the launcher opened and sent the registration on before it started node. Until the
 * first `/next` the layer can only wait for Lambda's answers, so it reads them synchronously: setting up streams and
 * the event loop would take a tenth of the start. This requires that Lambda answers a subscription without calling the
 * listener first; the Telemetry API's reference mentions no such call.
 */
import { closeSync, readSync, writeSync } from "node:fs";
import { MAX_ANSWER_BYTES, textOf, toAnswer, type Answer, type Request } from "./http";
import { HttpReader, type Message } from "./http-reader";

const READ_BYTES = 4096;

export class InheritedConnection {
  /** The launcher has sent the first request, the registration. */
  private isSent = true;
  private open = true;

  /** @param descriptor file descriptor of a blocking connection. */
  constructor(private readonly descriptor: number) {}

  /** Whether it can be used. If not, the extension makes a connection of its own. */
  get isOpen(): boolean {
    return this.open;
  }

  /**
   * Sends the request, unless it is the first, and waits for the answer.
   *
   * @throws Error when the connection fails or ends before the answer.
   */
  exchange(request: Request): Answer {
    const message = this.orClose(() => {
      this.send(request);
      return this.read();
    });
    if (!message.keepsAlive) this.close();
    return toAnswer(message);
  }

  /**
   * Sends the request and returns the descriptor to the caller, who reads the answer and then owns the descriptor.
   *
   * @throws Error when it can't be sent.
   */
  handOver(request: Request): number {
    this.orClose(() => {
      this.send(request);
    });
    this.open = false;
    return this.descriptor;
  }

  private send(request: Request): void {
    if (!this.isSent) writeSync(this.descriptor, textOf(request));
    this.isSent = false;
  }

  private read(): Message {
    const messages: Message[] = [];
    const reader = new HttpReader(MAX_ANSWER_BYTES, (message) => messages.push(message));
    for (;;) {
      const bytes = Buffer.allocUnsafe(READ_BYTES);
      const length = readSync(this.descriptor, bytes, 0, READ_BYTES, null);
      if (length === 0) reader.end();
      const isHttp = length > 0 && reader.push(bytes.subarray(0, length));
      if (messages[0]) return messages[0];
      if (!isHttp) throw new Error(length === 0 ? "the connection was closed" : "the answer is not HTTP");
    }
  }

  private orClose<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private close(): void {
    if (this.open) closeSync(this.descriptor);
    this.open = false;
  }
}
