/** The working layer, put together: what it listens to, folds and sends between register and SHUTDOWN. */
import { collect } from "./collect";
import type { Configuration } from "./environment";
import type { CallApi } from "./extensions-api";
import { Flush } from "./flush";
import { FlushPolicy } from "./flush-policy";
import { Fold } from "./fold";
import { isHeapTooLarge, keepHeapSmall } from "./heap";
import { Invocations } from "./invocations";
import type { Listener } from "./listener";
import type { Log } from "./log";
import { Losses } from "./losses";
import type { InvokeEvent, ShutdownEvent } from "./next";
import { createPutRecords } from "./put-records";
import type { Registration } from "./register";
import { shutDown } from "./shutdown";
import { subscribe } from "./subscribe";
import { warmUp } from "./warm-up";

export interface Sensor {
  /** To be called once, when nobody waits for this layer. */
  warmUp(): void;
  invoke(event: InvokeEvent): void;
  shutDown(event: ShutdownEvent): Promise<void>;
  /** Gives up everything held; the loss is logged. */
  abandon(): void;
}

/**
 * Subscribes, and takes what is delivered.
 *
 * @throws RefusedError when the Telemetry API says no.
 */
export async function startSensor(
  api: CallApi,
  registration: Registration,
  { stream, credentials, functionRegion, flushIntervalMs }: Configuration,
  { listening, log }: { listening: Promise<Listener>; log: Log },
): Promise<Sensor> {
  const { functionName, functionVersion, accountId = stream.accountId } = registration;
  const fold = new Fold();
  const invocations = new Invocations();
  const losses = new Losses(log);
  const flush = new Flush({
    identity: {
      functionName,
      functionArn: `arn:${stream.partition}:lambda:${functionRegion}:${accountId}:function:${functionName}`,
      functionVersion,
    },
    fold,
    policy: new FlushPolicy(flushIntervalMs),
    put: createPutRecords(stream, credentials),
    log,
    now: Date.now,
    createSandboxId,
  });

  const listener = await listening;
  listener.deliverTo(
    (body) => {
      collect(body, fold, invocations, losses);
      if (isHeapTooLarge()) throw new Error("the heap is larger than 64 MB");
      if (invocations.isRunning) flush.ifDue();
    },
    () => {
      losses.add("oversizedBodies");
    },
  );
  await subscribe(api, registration.extensionId, listener.port);

  return {
    warmUp: () => {
      warmUp(stream.endpoint, keepHeapSmall);
    },
    invoke: ({ requestId }) => {
      invocations.begin(requestId);
      flush.ifDue();
    },
    shutDown: (event) => shutDown(event, { flush, invocations, losses, log }),
    abandon: () => {
      const lost = flush.abandon();
      if (lost > 0) log.warn(`The telemetry of ${lost} invocations was lost.`);
    },
  };
}

function createSandboxId(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { randomBytes } = require("node:crypto") as typeof import("node:crypto");
  return randomBytes(8).toString("hex");
}
