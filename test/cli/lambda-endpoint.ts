/**
 * Emulates the Lambda API calls of the command line program, over HTTP on loopback. Invoke runs the updater's bundle. The
 * emulated control plane has the tags, and answers all other calls.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { functionArn } from "../updater/recommendations";
import type { UpdaterFixture } from "../updater/updater-fixture";

/** The page size of ListFunctions. */
const FUNCTIONS_A_PAGE = 50;

export class LambdaEndpoint {
  /** All events that the updater was invoked with. */
  readonly events: unknown[] = [];
  /** Called before each invocation. */
  onInvoke: (event: unknown) => void = () => undefined;
  /** Error types for calls to refuse, by method and end of the path: `POST invocations`. */
  readonly refused = new Map<string, string>();

  /** Whether the caller may not decrypt the updater's environment. */
  environmentIsHidden = false;

  private constructor(
    private readonly server: Server,
    private readonly updater: UpdaterFixture,
    private readonly updaterName: string,
  ) {}

  static async start(updater: UpdaterFixture, updaterName: string): Promise<LambdaEndpoint> {
    const server = createServer();
    const endpoint = new LambdaEndpoint(server, updater, updaterName);
    server.on("request", (request, response) => {
      endpoint.answer(request, response).catch((error: unknown) => {
        send(response, 500, { message: String(error) }, "ServiceException");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const body = await buffer(request);
    const parts = pathname.split("/").filter(Boolean).map(decodeURIComponent);
    const [, kind, name = "", what = ""] = parts;
    const refusal = this.refused.get(`${method} ${parts.at(-1) ?? ""}`);
    if (refusal !== undefined) send(response, 403, { message: "refused" }, refusal);
    else if (kind === "tags") {
      this.tag(method, name, searchParams, body);
      send(response, 204);
    } else if (what === "invocations" && name === this.updaterName) await this.invoke(body, response);
    else if (
      what === "invocations" ||
      (what === "configuration" && method === "GET" && name !== this.updaterName)
    )
      send(response, 404, { message: name }, "ResourceNotFoundException");
    else if (kind === "functions" && name === "") send(response, 200, this.list(searchParams));
    else if (name === this.updaterName) send(response, 200, this.describe());
    else await this.forward(request, body, response);
  }

  private async invoke(body: Buffer, response: ServerResponse): Promise<void> {
    const event: unknown = JSON.parse(body.toString());
    this.events.push(event);
    this.onInvoke(event);
    try {
      send(response, 200, (await this.updater.host.invoke(event)).response);
    } catch (error) {
      response.setHeader("x-amz-function-error", "Unhandled");
      send(response, 200, { errorMessage: (error as Error).message });
    }
  }

  private tag(method: string, arn: string, query: URLSearchParams, body: Buffer): void {
    const fn = this.updater.controlPlane.functions.get(arn.split(":").at(-1) ?? "");
    if (fn?.functionArn !== arn) throw new Error(`there is no ${arn}`);
    if (method === "POST") {
      fn.tags = { ...fn.tags, ...(JSON.parse(body.toString()) as { Tags: Record<string, string> }).Tags };
      return;
    }
    const removed = query.getAll("tagKeys");
    fn.tags = Object.fromEntries(Object.entries(fn.tags).filter(([key]) => !removed.includes(key)));
  }

  private list(query: URLSearchParams): unknown {
    const all = [
      ...[...this.updater.controlPlane.functions.values()].map((fn) => fn.describe()),
      this.describe(),
    ];
    const from = Number(query.get("Marker") ?? 0);
    const to = from + FUNCTIONS_A_PAGE;
    return { Functions: all.slice(from, to), ...(to < all.length && { NextMarker: String(to) }) };
  }

  private describe(): unknown {
    const { tableName } = this.updater.history;
    return {
      FunctionName: this.updaterName,
      FunctionArn: functionArn(this.updaterName),
      Environment: this.environmentIsHidden
        ? { Error: { ErrorCode: "AccessDeniedException" } }
        : { Variables: { LAMBDA_MEMORY_OPTIMIZER_HISTORY_TABLE: tableName, ...this.updater.environment } },
    };
  }

  private async forward(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "" } = request;
    const answer = await fetch(this.updater.controlPlane.endpoint + url, {
      method,
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const type = answer.headers.get("x-amzn-errortype");
    send(response, answer.status, await answer.json(), type ?? undefined);
  }
}

function send(response: ServerResponse, status: number, body?: unknown, errorType?: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(errorType !== undefined && { "x-amzn-errortype": errorType }),
  });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}
