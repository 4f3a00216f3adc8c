/** Puts the working layer together: what it receives, folds and sends between its first `/next` and SHUTDOWN. */
import { collect } from "./collect";
import { CpuMeter } from "./cpu";
import type { Configuration } from "./environment";
import { Flush } from "./flush";
import { FlushPolicy } from "./flush-policy";
import { Fold } from "./fold";
import { isHeapTooLarge } from "./heap";
import { Invocations } from "./invocations";
import { invoke } from "./invoke";
import { later } from "./later";
import type { Listener } from "./listener";
import type { Log } from "./log";
import { Losses } from "./losses";
import type { InvokeEvent, ShutdownEvent } from "./next";
import { createPutRecords, trustFor } from "./put-records";
import type { Registration } from "./register";
import { shutDown } from "./shutdown";
import { warmUp } from "./warm-up";

export interface Sensor {
  /** Call it once, after the first `/next`. */
  warmUp(): void;
  invoke(event: InvokeEvent): void;
  shutDown(event: ShutdownEvent): Promise<void>;
  /** Drops everything held and logs the loss. */
  abandon(): void;
}

/** Creates the sensor, which takes the deliveries to `listener` from now on. */
export function createSensor(
  { functionName, functionVersion, accountId }: Registration,
  { stream, credentials, functionRegion, flushIntervalMs }: Configuration,
  { listener, log }: { listener: Listener; log: Log },
): Sensor {
  const account = accountId ?? stream.accountId;
  const trust = trustFor(stream);
  const fold = new Fold();
  const cpu = new CpuMeter();
  const invocations = new Invocations();
  const losses = new Losses(log);
  const flush = new Flush({
    identity: {
      functionName,
      functionArn: `arn:${stream.partition}:lambda:${functionRegion}:${account}:function:${functionName}`,
      functionVersion,
    },
    fold,
    policy: new FlushPolicy(flushIntervalMs),
    takeCpuMs: () => cpu.take(),
    put: createPutRecords(stream, credentials, trust),
    log,
    now: Date.now,
    createSandboxId,
  });

  listener.deliverTo(
    (body) => {
      collect(body, fold, invocations, losses);
      if (isHeapTooLarge()) throw new Error("the heap is larger than 64 MB");
      later(() => {
        if (invocations.isRunning) flush.ifDue();
      });
    },
    () => {
      losses.add("oversizedBodies");
    },
  );

  return {
    warmUp: () => {
      warmUp(trust);
    },
    invoke: (event) => {
      cpu.start();
      invoke(event, { flush, invocations });
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
