/** The extension's process: register → subscribe → next ⇄ invoke → shutdown, and standby. */
import { readEnvironment, type Configuration } from "./environment";
import { createExtensionsApi, RefusedError, SandboxGoneError, type CallApi } from "./extensions-api";
import { delay } from "./http";
import { listen, type Listener } from "./listener";
import { createLog } from "./log";
import { nextEvent } from "./next";
import { register, type EventType, type Registration } from "./register";
import { startSensor, type Sensor } from "./sensor";
import { Standby } from "./standby";

const environment = readEnvironment(process.env);
const log = createLog(environment.logLevel);
const standby = new Standby(log);
const api = createExtensionsApi(environment.runtimeApi);

async function live(): Promise<void> {
  const { configuration } = environment;
  if ("problem" in configuration) standby.enter(configuration.problem);
  const registering = registerSomehow(api);
  // While Lambda thinks about it.
  const listening = "problem" in configuration ? undefined : startListening();
  const registration = await registering;
  const sensor =
    "problem" in configuration || !listening || standby.isEntered
      ? undefined
      : await sense(registration, configuration, listening);
  await serve(registration, sensor);
}

/** An extension that isn't registered holds up its function's start, so a refusal is not the last word. */
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

function startListening(): Promise<Listener> {
  const listening = listen(environment.listenHost);
  // Whoever waits for it learns of it.
  listening.catch(() => undefined);
  standby.onEnter(() => {
    void listening.then((listener) => {
      listener.close();
    });
  });
  return listening;
}

async function sense(
  registration: Registration,
  configuration: Configuration,
  listening: Promise<Listener>,
): Promise<Sensor | undefined> {
  try {
    const sensor = await startSensor(api, registration, configuration, { listening, log });
    standby.onEnter(() => {
      sensor.abandon();
    });
    return sensor;
  } catch (error) {
    standby.enter(`Lambda's telemetry can't be had (${messageOf(error)})`);
    return undefined;
  }
}

/** Asks for the next event before it looks at the last: nobody ever waits for this layer. */
async function serve(registration: Registration, sensor: Sensor | undefined): Promise<never> {
  let next = nextEvent(api, registration.extensionId);
  setImmediate(() => sensor?.warmUp());
  for (;;) {
    const event = await next;
    const working = standby.isEntered ? undefined : sensor;
    if (event.eventType === "SHUTDOWN") {
      await working?.shutDown(event);
      process.exit(0);
    }
    next = nextEvent(api, registration.extensionId);
    setImmediate(() => working?.invoke(event));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.on("uncaughtException", (error) => {
  standby.enter(`an unexpected error (${messageOf(error)})`);
});
process.on("unhandledRejection", (error) => {
  standby.enter(`an unexpected error (${messageOf(error)})`);
});

live().catch((error: unknown) => {
  if (error instanceof SandboxGoneError) process.exit(0);
  throw error;
});
