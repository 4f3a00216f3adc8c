/** The first state: registers the extension ("Lambda Extensions API", Register). */
import { EXTENSION_NAME, persist, RefusedError, type CallApi } from "./extensions-api";
import { headerOf } from "./http-reader";

export type EventType = "INVOKE" | "SHUTDOWN";

export interface Registration {
  readonly extensionId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  /** Absent where the API doesn't know the accept feature, as in some emulators. */
  readonly accountId: string | undefined;
}

/**
 * Registers for `events`. A layer on standby leaves INVOKE out, so that it is never woken. The launcher may already
 * have registered for INVOKE, because it can't detect every fault.
 *
 * @throws RefusedError when Lambda refuses.
 */
export async function register(api: CallApi, events: readonly EventType[]): Promise<Registration> {
  return persist(
    async () => {
      const answer = await api("POST", "/2020-01-01/extension/register", {
        headers: {
          "Lambda-Extension-Name": EXTENSION_NAME,
          "Lambda-Extension-Accept-Feature": "accountId",
        },
        body: { events },
      });
      const extensionId = headerOf(answer.head, "lambda-extension-identifier");
      if (answer.status !== 200 || extensionId === undefined) throw new RefusedError(answer);
      return { extensionId, ...identityFrom(answer.body) };
    },
    (error) => error instanceof RefusedError,
  );
}

function identityFrom(body: string): Omit<Registration, "extensionId"> {
  let answer: Record<string, unknown> = {};
  try {
    answer = JSON.parse(body) as Record<string, unknown>;
  } catch {
    // The environment has the same values.
  }
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return {
    functionName: text(answer.functionName) ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? "unknown",
    functionVersion: text(answer.functionVersion) ?? process.env.AWS_LAMBDA_FUNCTION_VERSION ?? "$LATEST",
    accountId: text(answer.accountId),
  };
}
