/** The Extensions API and the Telemetry API of one emulated sandbox, over HTTP on loopback. */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { ownTimeMs } from "./own-time";
import type { SandboxApiOptions } from "./sandbox-options";

interface LifecycleEvent {
  readonly eventType: "INVOKE" | "SHUTDOWN";
  readonly [field: string]: unknown;
}

interface Extension {
  readonly id: string;
  readonly name: string;
  readonly events: readonly string[];
  /** The `/next` request that waits for an event. The queue holds events that wait for a `/next`. */
  waiting?: ServerResponse | undefined;
  readonly queue: { event: LifecycleEvent; asked: () => void }[];
  destination?: URL;
  /** When it was sent INVOKE, until it asks for the next event. `own` is the time of own-time.ts. */
  invokedAt?: { wall: number; own: number | undefined } | undefined;
  /** Called when it asks for the event after the one that it was sent. */
  asked?: (() => void) | undefined;
}

export class SandboxApi {
  readonly nextLatenciesMs: number[] = [];
  readonly ownLatenciesMs: number[] = [];
  connections = 0;
  private readonly extensions: Extension[] = [];
  private readonly onAnyNext: (() => void)[] = [];
  private readonly server: Server;
  private refusals = 0;
  private calls = 0;

  private constructor(
    private readonly options: SandboxApiOptions,
    private readonly pidOf: (name: string) => number,
  ) {
    this.server = createServer((request, response) => {
      this.calls += 1;
      if (options.hangUpOn?.(this.calls - 1) === true) {
        request.socket.destroy();
        return;
      }
      response.shouldKeepAlive &&= options.closesConnections !== true;
      this.route(request, response).catch(() => {
        answer(response, 400, { errorType: "InvalidRequestFormat" });
      });
    });
    this.server.on("connection", (socket) => {
      this.connections += 1;
      if (this.connections <= (options.dropsConnections ?? 0)) socket.destroy();
    });
    this.server.keepAliveTimeout = this.server.requestTimeout = this.server.headersTimeout = 0;
  }

  /** @param pidOf returns the process id of the extension with a name. */
  static async listen(options: SandboxApiOptions, pidOf: (name: string) => number): Promise<SandboxApi> {
    const api = new SandboxApi(options, pidOf);
    await new Promise<void>((resolve, reject) => {
      api.server.once("error", reject);
      api.server.listen(0, "127.0.0.1", resolve);
    });
    return api;
  }

  /** Host and port, as in `AWS_LAMBDA_RUNTIME_API`. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get subscribers(): URL[] {
    return this.extensions.flatMap(({ destination }) => destination ?? []);
  }

  expectsShutdown(name: string): boolean {
    return this.extensions.some(
      (extension) => extension.name === name && extension.events.includes("SHUTDOWN"),
    );
  }

  /** Resolves once each of the named extensions has asked for its first event. */
  ready(names: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (names.every((name) => this.extensions.some((known) => known.name === name && known.waiting)))
          resolve();
      };
      this.onAnyNext.push(check);
      check();
    });
  }

  async invoke(requestId: string): Promise<void> {
    const { functionName, accountId, region } = this.options;
    const event: LifecycleEvent = {
      eventType: "INVOKE",
      deadlineMs: Date.now() + 30_000,
      requestId,
      invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
      tracing: { type: "X-Amzn-Trace-Id", value: "" },
    };
    const invoked = this.extensions.filter(
      ({ events }) => this.options.invokeAll === true || events.includes("INVOKE"),
    );
    await Promise.all(
      invoked.map(
        (extension) =>
          new Promise<void>((resolve) => {
            this.send(extension, event, resolve);
          }),
      ),
    );
  }

  shutdown(shutdownReason: string, deadlineMs: number): void {
    for (const extension of this.extensions) {
      if (extension.events.includes("SHUTDOWN")) {
        this.send(extension, { eventType: "SHUTDOWN", shutdownReason, deadlineMs });
      }
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (`${request.method ?? ""} ${request.url ?? ""}`) {
      case "POST /2020-01-01/extension/register":
        await this.register(request, response);
        return;
      case "PUT /2022-07-01/telemetry":
        await this.subscribe(request, response);
        return;
      case "GET /2020-01-01/extension/event/next":
        this.next(request, response);
        return;
      case "POST /2020-01-01/extension/init/error":
      case "POST /2020-01-01/extension/exit/error":
        request.resume();
        answer(response, 202, { status: "OK" });
        return;
      default:
        answer(response, 404, { errorType: "NotFound" });
    }
  }

  private async register(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { events } = (await json(request)) as { events: string[] };
    const { refuse, functionName, functionVersion = "$LATEST", accountId } = this.options;
    const managed =
      this.options.initializationType === "lambda-managed-instances" && events.includes("INVOKE");
    const refused = refuse?.register !== undefined && this.refusals < (refuse.register.times ?? Infinity);
    if (refused || managed) {
      this.refusals += 1;
      answer(response, refuse?.register?.status ?? 400, { errorType: "Extension.InvalidEventType" });
      return;
    }
    const name = String(request.headers["lambda-extension-name"]);
    if (this.extensions.some((known) => known.name === name)) {
      answer(response, 403, { errorType: "Extension.AlreadyRegistered" });
      return;
    }
    const id = randomUUID();
    this.extensions.push({ id, name, events, queue: [] });
    const wantsAccountId = request.headers["lambda-extension-accept-feature"] === "accountId";
    response.setHeader("Lambda-Extension-Identifier", id);
    answer(response, 200, {
      functionName,
      functionVersion,
      handler: "index.handler",
      ...(wantsAccountId && { accountId }),
    });
  }

  private async subscribe(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { destination } = (await json(request)) as { destination: { URI: string } };
    const extension = this.callerOf(request);
    const status = this.options.refuse?.subscribe ?? (extension ? 200 : 403);
    if (status === 200 && extension) extension.destination = new URL(destination.URI);
    response.writeHead(status, { "Content-Type": "text/plain" }).end(status === 200 ? '"OK"' : '"refused"');
  }

  private next(request: IncomingMessage, response: ServerResponse): void {
    const extension = this.callerOf(request);
    if (!extension) {
      answer(response, 403, { errorType: "Extension.InvalidExtensionIdentifier" });
      return;
    }
    if (extension.invokedAt) {
      const { wall, own } = this.now(extension);
      const from = extension.invokedAt;
      this.nextLatenciesMs.push(wall - from.wall);
      if (own !== undefined && from.own !== undefined) this.ownLatenciesMs.push(Math.max(0, own - from.own));
    }
    extension.invokedAt = undefined;
    extension.waiting = response;
    response.once("close", () => {
      if (extension.waiting === response) extension.waiting = undefined;
    });
    extension.asked?.();
    extension.asked = undefined;
    for (const check of this.onAnyNext) check();
    const queued = extension.queue.shift();
    if (queued) this.send(extension, queued.event, queued.asked);
  }

  private send(extension: Extension, event: LifecycleEvent, asked: () => void = () => undefined): void {
    const { waiting } = extension;
    if (!waiting) {
      extension.queue.push({ event, asked });
      return;
    }
    extension.waiting = undefined;
    extension.asked = asked;
    if (event.eventType === "INVOKE") extension.invokedAt = this.now(extension);
    waiting.setHeader("Lambda-Extension-Event-Identifier", randomUUID());
    answer(waiting, 200, event);
  }

  private now({ name }: Extension): { wall: number; own: number | undefined } {
    const own = this.options.measuresOwnLatencies === true ? ownTimeMs(this.pidOf(name)) : undefined;
    return { wall: performance.now(), own };
  }

  private callerOf(request: IncomingMessage): Extension | undefined {
    return this.extensions.find(({ id }) => id === request.headers["lambda-extension-identifier"]);
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}
