/** The extension's process: register → subscribe → next ⇄ invoke → shutdown, and standby. */
import { readEnvironment } from "./environment";
import { createExtensionsApi, RefusedError, SandboxGoneError, type CallApi } from "./extensions-api";
import { delay } from "./http";
import { listen, type Listener } from "./listener";
import { createLog } from "./log";
import { nextEvent } from "./next";
import { register, type EventType, type Registration } from "./register";
import { createSensor, type Sensor } from "./sensor";
import { Standby } from "./standby";
import { subscribe } from "./subscribe";

const environment = readEnvironment(process.env);
const log = createLog(environment.logLevel);
const standby = new Standby(log);
const api = createExtensionsApi(environment.runtimeApi, environment.registering);

async function live(): Promise<void> {
  if ("problem" in environment.configuration) standby.enter(environment.configuration.problem);
  const registration = await registerSomehow(api);
  const listener = standby.isEntered ? undefined : await subscribeListener(registration);
  await serve(registration, listener);
}

/** Keeps trying after a refusal, because an extension that isn't registered blocks its function's start. */
async function registerSomehow(api: CallApi): Promise<Registration> {
  for (;;) {
    const events: EventType[] = standby.isEntered ? ["SHUTDOWN"] : ["INVOKE", "SHUTDOWN"];
    try {
      return await register(api, events);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      if (standby.isEntered) await delay(1_000);
      standby.enter(`Lambda refused the registration (${error.message})`);
    }
  }
}

async function subscribeListener({ extensionId }: Registration): Promise<Listener | undefined> {
  try {
    const listener = await listen(environment.listenHost);
    standby.onEnter(() => {
      listener.close();
    });
    await subscribe(api, extensionId, listener.port);
    return listener;
  } catch (error) {
    standby.enter(`Lambda's telemetry can't be had (${messageOf(error)})`);
    return undefined;
  }
}

/** Asks for the next event before it handles the last one, so that the function never waits for this layer. */
async function serve(registration: Registration, listener: Listener | undefined): Promise<never> {
  let next = nextEvent(api, registration.extensionId);
  const sensor = listener && sense(registration, listener);
  sensor?.warmUp();
  for (;;) {
    const event = await next;
    const working = standby.isEntered ? undefined : sensor;
    if (event.eventType === "SHUTDOWN") {
      await working?.shutDown(event);
      process.exit(0);
    }
    next = nextEvent(api, registration.extensionId);
    working?.invoke(event);
  }
}

function sense(registration: Registration, listener: Listener): Sensor | undefined {
  const { configuration } = environment;
  if ("problem" in configuration) return undefined;
  try {
    const sensor = createSensor(registration, configuration, { listener, log });
    standby.onEnter(() => {
      sensor.abandon();
    });
    return sensor;
  } catch (error) {
    enterStandbyFor(error);
    return undefined;
  }
}

function enterStandbyFor(error: unknown): void {
  standby.enter(`an unexpected error (${messageOf(error)})`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.on("uncaughtException", enterStandbyFor);
process.on("unhandledRejection", enterStandbyFor);

live().catch((error: unknown) => {
  if (error instanceof SandboxGoneError) process.exit(0);
  throw error;
});
