/** The state between invocations: waits for the next event ("Lambda Extensions API", Next). */
import { NEXT, persist, RefusedError, type CallApi } from "./extensions-api";

export interface InvokeEvent {
  readonly eventType: "INVOKE";
  readonly requestId: string;
}

export interface ShutdownEvent {
  readonly eventType: "SHUTDOWN";
  readonly shutdownReason?: string;
  /** When Lambda kills what still runs, in epoch milliseconds. */
  readonly deadlineMs?: number;
}

/** Resolves with the next event. Tries again after errors. */
export async function nextEvent(api: CallApi, extensionId: string): Promise<InvokeEvent | ShutdownEvent> {
  return persist(async () => {
    const answer = await api("GET", NEXT, {
      headers: { "Lambda-Extension-Identifier": extensionId },
    });
    if (answer.status !== 200) throw new RefusedError(answer);
    return JSON.parse(answer.body) as InvokeEvent | ShutdownEvent;
  });
}
