/**
 * Emulates the calls of Lambda's control plane that the updater makes, over HTTP on loopback. Answers, errors and
 * asynchronous updates follow the Lambda API Reference. Tests can inject faults.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { checkParameters, type Operation } from "./control-plane-parameters";
import { EmulatedFunction, type EmulatedAlias, type EmulatedFunctionArgs } from "./emulated-function";
import { conflict, notFound, Refusal, tooManyRequests } from "./refusal";
import { TokenBucket } from "./token-bucket";

export { EmulatedFunction, type EmulatedFunctionArgs };

/** One call, as it reached the control plane. */
export interface ControlPlaneCall {
  readonly operation: Operation;
  readonly functionName: string;
}

/** How one call goes wrong. */
export interface Fault {
  /** Refused with TooManyRequestsException, as if others had used up the account's calls. */
  readonly throttle?: boolean;
  /** Refused with ResourceConflictException. */
  readonly conflict?: boolean;
  /** Refused with ServiceException, status 500. */
  readonly serviceError?: boolean;
  /** Refused with AccessDeniedException. */
  readonly accessDenied?: boolean;
  /** Carried out, but the connection breaks before the answer. */
  readonly loseAnswer?: boolean;
  /** Refused with CodeStorageExceededException, for good. */
  readonly codeStorageExceeded?: boolean;
  /** How much longer the answer takes. */
  readonly delayMs?: number;
}

export interface ControlPlaneOptions {
  readonly functions: readonly EmulatedFunctionArgs[];
  /** How long an update stays InProgress, in milliseconds; 50 by default. */
  readonly updateDurationMs?: number;
  /** Calls beyond this rate fail with TooManyRequestsException. No limit by default. */
  readonly requestsPerSecond?: number;
  /** The clock for LastModified; the machine's by default. */
  readonly now?: () => Date;
  /** Called before each call that isn't throttled. Undefined means no fault. */
  readonly fault?: (call: ControlPlaneCall) => Fault | undefined;
}

export class ControlPlane {
  /** By function name. */
  readonly functions = new Map<string, EmulatedFunction>();
  /** Every call that wasn't throttled. */
  readonly calls: ControlPlaneCall[] = [];
  /** How many calls were throttled. */
  throttled = 0;
  private readonly bucket: TokenBucket | undefined;

  private constructor(
    private readonly server: Server,
    private readonly options: ControlPlaneOptions,
  ) {
    const { requestsPerSecond } = options;
    this.bucket = requestsPerSecond === undefined ? undefined : new TokenBucket(requestsPerSecond);
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
    const server = createServer();
    const controlPlane = new ControlPlane(server, options);
    for (const fn of options.functions) controlPlane.register(fn);
    server.on("request", (request, response) => void controlPlane.answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return controlPlane;
  }

  /** The endpoint for an SDK, as in `AWS_ENDPOINT_URL_LAMBDA`. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  register(args: EmulatedFunctionArgs): void {
    this.functions.set(
      args.functionName,
      new EmulatedFunction(args, this.options.updateDurationMs ?? 50, this.options.now),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const route = routeOf(request);
      const body = request.method === "GET" ? {} : ((await json(request)) as Record<string, unknown>);
      if (this.bucket?.take() === false) {
        this.throttled++;
        throw tooManyRequests();
      }
      const call = { operation: route.operation, functionName: nameOf(route.nameOrArn) };
      this.calls.push(call);
      const fault = this.options.fault?.(call);
      refuseBy(fault, route.nameOrArn);
      checkParameters(route.operation, { ...body, ...parametersOf(route) });
      const answer = this.carryOut(route, body as Record<string, never>);
      if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
      if (fault?.loseAnswer) response.destroy();
      else send(response, route.operation === "PublishVersion" ? 201 : 200, answer);
    } catch (error) {
      if (error instanceof Refusal) {
        send(response, error.statusCode, { Type: "User", Message: error.message }, error.type);
      } else {
        send(response, 500, { Type: "Service", Message: String(error) }, "ServiceException");
      }
    }
  }

  private carryOut(
    { operation, nameOrArn, aliasName, qualifier }: Route,
    body: Record<string, never>,
  ): unknown {
    const fn = this.find(nameOrArn);
    switch (operation) {
      case "GetFunction":
        return {
          Configuration: fn.describe(qualifier),
          ...(Object.keys(fn.tags).length > 0 && { Tags: fn.tags }),
        };
      case "UpdateFunctionConfiguration":
        fn.update(body);
        return fn.describe();
      case "PublishVersion":
        return fn.describe(fn.publish(body));
      case "GetAlias":
        return aliasAnswer(fn, aliasName, fn.alias(aliasName));
      case "UpdateAlias":
        fn.moveAlias(aliasName, body);
        return aliasAnswer(fn, aliasName, fn.alias(aliasName));
    }
  }

  /** @param nameOrArn a name, a partial ARN (`123456789012:function:name`) or an ARN, as Lambda accepts them. */
  private find(nameOrArn: string): EmulatedFunction {
    const fn = this.functions.get(nameOf(nameOrArn));
    if (!fn || (nameOrArn.includes(":") && !fn.functionArn.endsWith(nameOrArn))) throw notFound(nameOrArn);
    return fn.refresh();
  }
}

const ROUTES = [
  ["GetFunction", "GET", /^\/2015-03-31\/functions\/([^/]+)\/?$/],
  ["UpdateFunctionConfiguration", "PUT", /^\/2015-03-31\/functions\/([^/]+)\/configuration\/?$/],
  ["PublishVersion", "POST", /^\/2015-03-31\/functions\/([^/]+)\/versions\/?$/],
  ["GetAlias", "GET", /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)\/?$/],
  ["UpdateAlias", "PUT", /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)\/?$/],
] as const;

interface Route {
  readonly operation: Operation;
  readonly nameOrArn: string;
  readonly aliasName: string;
  readonly qualifier: string | undefined;
}

function routeOf({ method = "", url = "/" }: IncomingMessage): Route {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  for (const [operation, routeMethod, path] of ROUTES) {
    const match = method === routeMethod ? path.exec(pathname) : null;
    if (!match) continue;
    const [nameOrArn = "", aliasName = ""] = match.slice(1).map(decodeURIComponent);
    return { operation, nameOrArn, aliasName, qualifier: searchParams.get("Qualifier") ?? undefined };
  }
  throw new Refusal(404, "UnknownOperationException", `${method} ${pathname} is not emulated`);
}

/** The parameters that the path and the query hold. */
function parametersOf({ operation, nameOrArn, aliasName, qualifier }: Route): Record<string, unknown> {
  const named = operation === "GetAlias" || operation === "UpdateAlias";
  return { FunctionName: nameOrArn, Qualifier: qualifier, ...(named && { Name: aliasName }) };
}

function nameOf(nameOrArn: string): string {
  return nameOrArn.split(":").at(-1) ?? "";
}

function refuseBy(fault: Fault | undefined, nameOrArn: string): void {
  if (fault?.throttle) throw tooManyRequests();
  if (fault?.conflict) throw conflict(nameOrArn);
  if (fault?.serviceError) throw new Refusal(500, "ServiceException", "An error occurred");
  if (fault?.accessDenied) throw new Refusal(403, "AccessDeniedException", "Not authorized");
  if (fault?.codeStorageExceeded) {
    throw new Refusal(400, "CodeStorageExceededException", "Code storage limit exceeded");
  }
}

function aliasAnswer({ functionArn }: EmulatedFunction, name: string, alias: EmulatedAlias) {
  return {
    AliasArn: `${functionArn}:${name}`,
    Name: name,
    FunctionVersion: alias.functionVersion,
    RevisionId: alias.revisionId,
    ...(Object.keys(alias.additionalVersionWeights).length > 0 && {
      RoutingConfig: { AdditionalVersionWeights: alias.additionalVersionWeights },
    }),
  };
}

function send(response: ServerResponse, statusCode: number, body: unknown, errorType?: string): void {
  response.writeHead(statusCode, {
    "content-type": "application/json",
    "x-amzn-requestid": randomUUID(),
    ...(errorType !== undefined && { "x-amzn-errortype": errorType }),
  });
  response.end(JSON.stringify(body));
}
