/**
 * Lambda's control plane, as far as the updater calls it, over HTTP on this machine: what it answers, refuses and
 * takes its time over is as the Lambda API Reference has it (GetFunctionConfiguration, UpdateFunctionConfiguration).
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { LAMBDA_MAX_MEMORY_MB, LAMBDA_MIN_MEMORY_MB } from "../runtime/contract";

export interface EmulatedFunctionArgs {
  readonly functionName: string;
  /** Unqualified. */
  readonly functionArn: string;
  readonly memorySizeMB: number;
}

/** A function as the control plane holds it. */
export interface EmulatedFunction {
  readonly functionName: string;
  readonly functionArn: string;
  memorySizeMB: number;
  /** ISO 8601, as Lambda writes it: `2026-01-31T23:59:59.999+0000`. */
  lastModified: string;
  revisionId: string;
  lastUpdateStatus: "Successful" | "InProgress" | "Failed";
  /** Every size that it was given since the start, in order. */
  readonly memorySizesSetMB: number[];
}

export interface ControlPlaneOptions {
  readonly functions: readonly EmulatedFunctionArgs[];
  /** How long an update stays InProgress; 50 unless told. */
  readonly updateDurationMs?: number;
}

/** An answer that Lambda would refuse with. */
class Refusal extends Error {
  constructor(
    readonly statusCode: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

export class ControlPlane {
  /** By function name. */
  readonly functions = new Map<string, EmulatedFunction>();
  private readonly updatingUntilMs = new Map<string, number>();

  private constructor(
    private readonly server: Server,
    private readonly updateDurationMs: number,
  ) {}

  /** Listens on a free port of 127.0.0.1. */
  static async start({ functions, updateDurationMs = 50 }: ControlPlaneOptions): Promise<ControlPlane> {
    const server = createServer();
    const controlPlane = new ControlPlane(server, updateDurationMs);
    for (const fn of functions) controlPlane.register(fn);
    server.on("request", (request, response) => void controlPlane.answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return controlPlane;
  }

  /** Where an SDK finds it, as in `AWS_ENDPOINT_URL_LAMBDA`. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  register({ functionName, functionArn, memorySizeMB }: EmulatedFunctionArgs): void {
    this.functions.set(functionName, {
      functionName,
      functionArn,
      memorySizeMB,
      lastModified: lambdaTime(new Date()),
      revisionId: randomUUID(),
      lastUpdateStatus: "Successful",
      memorySizesSetMB: [],
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      send(response, 200, await this.route(request));
    } catch (error) {
      if (!(error instanceof Refusal)) {
        send(response, 500, { Type: "Service", Message: String(error) }, "ServiceException");
        return;
      }
      send(response, error.statusCode, { Type: "User", Message: error.message }, error.type);
    }
  }

  private async route(request: IncomingMessage): Promise<unknown> {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const match = /^\/2015-03-31\/functions\/([^/]+)\/configuration\/?$/.exec(pathname);
    if (match?.[1] !== undefined) {
      const fn = this.find(decodeURIComponent(match[1]));
      if (request.method === "GET") return configuration(fn);
      if (request.method === "PUT") return this.update(fn, (await json(request)) as UpdateRequest);
    }
    throw new Refusal(
      404,
      "UnknownOperationException",
      `${request.method ?? ""} ${pathname} is not emulated`,
    );
  }

  /** @param nameOrArn as Lambda takes it: a name, a partial ARN (`123456789012:function:name`) or an ARN. */
  private find(nameOrArn: string): EmulatedFunction {
    const fn = this.functions.get(nameOrArn.split(":").at(-1) ?? "");
    if (!fn || (nameOrArn.includes(":") && !fn.functionArn.endsWith(nameOrArn))) {
      throw new Refusal(404, "ResourceNotFoundException", `Function not found: ${nameOrArn}`);
    }
    if (
      fn.lastUpdateStatus === "InProgress" &&
      Date.now() >= (this.updatingUntilMs.get(fn.functionName) ?? 0)
    ) {
      fn.lastUpdateStatus = "Successful";
      // Lambda's revision changes with the status, too.
      fn.revisionId = randomUUID();
    }
    return fn;
  }

  private update(fn: EmulatedFunction, { MemorySize, RevisionId }: UpdateRequest): unknown {
    if (RevisionId !== undefined && RevisionId !== fn.revisionId) {
      throw new Refusal(
        412,
        "PreconditionFailedException",
        "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId",
      );
    }
    if (fn.lastUpdateStatus === "InProgress") {
      throw new Refusal(
        409,
        "ResourceConflictException",
        `The operation cannot be performed at this time. An update is in progress for resource: ${fn.functionArn}`,
      );
    }
    if (MemorySize !== undefined) {
      const inRange = MemorySize >= LAMBDA_MIN_MEMORY_MB && MemorySize <= LAMBDA_MAX_MEMORY_MB;
      if (!Number.isInteger(MemorySize) || !inRange) {
        throw new Refusal(
          400,
          "InvalidParameterValueException",
          `'MemorySize' value failed to satisfy constraint: Member must have value between ${LAMBDA_MIN_MEMORY_MB} and ${LAMBDA_MAX_MEMORY_MB}`,
        );
      }
      fn.memorySizeMB = MemorySize;
      fn.memorySizesSetMB.push(MemorySize);
    }
    fn.lastModified = lambdaTime(new Date());
    fn.revisionId = randomUUID();
    fn.lastUpdateStatus = "InProgress";
    this.updatingUntilMs.set(fn.functionName, Date.now() + this.updateDurationMs);
    return configuration(fn);
  }
}

interface UpdateRequest {
  readonly MemorySize?: number;
  readonly RevisionId?: string;
}

function configuration(fn: EmulatedFunction) {
  return {
    FunctionName: fn.functionName,
    FunctionArn: fn.functionArn,
    MemorySize: fn.memorySizeMB,
    LastModified: fn.lastModified,
    RevisionId: fn.revisionId,
    State: "Active",
    LastUpdateStatus: fn.lastUpdateStatus,
    Version: "$LATEST",
    PackageType: "Zip",
  };
}

function lambdaTime(time: Date): string {
  return time.toISOString().replace("Z", "+0000");
}

function send(response: ServerResponse, statusCode: number, body: unknown, errorType?: string): void {
  response.writeHead(statusCode, {
    "content-type": "application/json",
    "x-amzn-requestid": randomUUID(),
    ...(errorType !== undefined && { "x-amzn-errortype": errorType }),
  });
  response.end(JSON.stringify(body));
}
