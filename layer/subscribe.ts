/** The second state: subscribes to the platform's events ("Lambda Telemetry API reference", Subscribe). */
import { persist, RefusedError, type CallApi } from "./extensions-api";

const ACCEPTED_BUT_UNSUPPORTED = 202;

/**
 * Asks the Telemetry API to POST platform events to the listener on `port`.
 *
 * @throws RefusedError when Lambda refuses, or answers 202, which means that it will never send anything.
 */
export async function subscribe(api: CallApi, extensionId: string, port: number): Promise<void> {
  await persist(
    async () => {
      const answer = await api("PUT", "/2022-07-01/telemetry", {
        headers: { "Lambda-Extension-Identifier": extensionId },
        body: {
          schemaVersion: "2022-12-13",
          types: ["platform"],
          // The least buffering allowed, because reports in Lambda's buffer are lost when the sandbox is killed.
          buffering: { maxItems: 1_000, maxBytes: 262_144, timeoutMs: 25 },
          destination: { protocol: "HTTP", URI: `http://sandbox.localdomain:${port}` },
        },
      });
      if (answer.status === ACCEPTED_BUT_UNSUPPORTED || answer.status < 200 || answer.status >= 300) {
        throw new RefusedError(answer);
      }
    },
    (error) => error instanceof RefusedError,
  );
}
