/**
 * What an operator may ask of the updater, as the payload of an invocation (docs/operations.md, "Rollback"):
 * `{"rollback": {"functionNames": ["checkout"]}}` or `{"rollback": {"all": true}}` puts sizes back and holds them;
 * `{"release": …}` ends holds.
 */
import { z } from "zod";
import { change, type Decision, type Outcome } from "./change";
import { OutOfTimeError } from "./deadline";
import { lastChange, omit, withoutUnmade, type Change, type History } from "./history";
import type { LiveFunction } from "./judge";
import type { Invocation, Services } from "./settle";
import { behindAlias, latest } from "./targets";

const which = z.union(
  [
    z.strictObject({ functionNames: z.array(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)).min(1) }),
    z.strictObject({ all: z.literal(true) }),
  ],
  { error: 'must be {"functionNames": ["name", …]} or {"all": true}' },
);
export const commandSchema = z.union(
  [
    z.strictObject({ rollback: which, to: z.enum(["previous", "original"]).default("previous") }),
    z.strictObject({ release: which }),
  ],
  {
    error:
      'the event is neither a batch of Kinesis records nor {"rollback": …}, {"rollback": …, "to": "original"} or {"release": …}, where … is {"functionNames": ["name", …]} or {"all": true}',
  },
);
export type Command = z.infer<typeof commandSchema>;

export interface CommandAnswer {
  readonly outcomes: (Pick<Outcome, "status" | "from" | "to" | "reason"> & { functionName: string })[];
  /** Functions for which there was no time left: ask again for these. */
  readonly remaining: string[];
}

/** Carries out a command; one function that fails doesn't keep it from the others. */
export async function obey(
  command: Command,
  services: Services,
  invocation: Invocation,
): Promise<CommandAnswer> {
  const answer: CommandAnswer = { outcomes: [], remaining: [] };
  const one = "rollback" in command ? rollback : release;
  const to = "rollback" in command ? command.to : "previous";
  const asked = "rollback" in command ? command.rollback : command.release;
  const work: Promise<void>[] = [];
  for await (const functionName of "all" in asked
    ? services.histories.functionNames()
    : new Set(asked.functionNames)) {
    work.push(
      invocation.lanes.run(functionName, async () => {
        const outcome = await one(functionName, to, services, invocation).catch((error: unknown) => {
          if (error instanceof OutOfTimeError) return undefined;
          return { status: "failed", from: null, to: null, reason: String(error) } as const;
        });
        if (!outcome) {
          answer.remaining.push(functionName);
          return;
        }
        invocation.report.decision(
          { functionName },
          outcome,
          outcome.status === "failed" ? "retried" : undefined,
        );
        const { status, from, to: size, reason } = outcome;
        answer.outcomes.push({ functionName, status, from, to: size, reason });
      }),
    );
  }
  await Promise.all(work);
  return answer;
}

async function rollback(
  functionName: string,
  to: "previous" | "original",
  { functions, histories }: Services,
  { deadline }: Invocation,
): Promise<Outcome> {
  const last = lastChange(await histories.read(functionName));
  if (!last) return { status: "skipped", from: null, to: null, reason: "nothing-to-roll-back" };
  const now = new Date().toISOString();
  const { aliasName } = last;
  return change(
    {
      functionName,
      target:
        aliasName === undefined
          ? latest(functions, functionName)
          : behindAlias(functions, functionName, aliasName, deadline),
      decide: (live, history) => decideRollback(live, history, to),
      basis: {
        windowStart: now,
        windowEnd: now,
        // What the stream delivers again stays settled.
        sequenceNumber: last.sequenceNumber,
        ...(aliasName !== undefined && { aliasName }),
      },
    },
    histories,
    deadline,
  );
}

/** Pure: what a rollback does with a function in this state. */
export function decideRollback(live: LiveFunction, kept: History, to: "previous" | "original"): Decision {
  const history = withoutUnmade(kept, live);
  const last = lastChange(history);
  const skip = (reason: string): Decision => ({ action: "skip", to: null, reason, history });
  if (!last) return skip("nothing-to-roll-back");
  // Somebody set another size since: that is theirs to decide.
  if (last.to !== live.memorySizeMB) return skip("changed-elsewhere");
  const size = sizeBefore(last, history, to);
  if (size === live.memorySizeMB) return skip("no-change");
  if (live.lastUpdateStatus === "InProgress") return { action: "wait" };
  return { action: "apply", to: size, reason: "rollback", holdReason: "rolled back", history };
}

function sizeBefore(last: Change, { originalMemorySizeMB }: History, to: "previous" | "original"): number {
  return to === "original" ? (originalMemorySizeMB ?? last.from) : last.from;
}

async function release(functionName: string, _to: unknown, { histories }: Services): Promise<Outcome> {
  const history = await histories.read(functionName);
  if (!history.hold) return { status: "skipped", from: null, to: null, reason: "not-held" };
  await histories.write(omit(history, "hold"), history);
  const size = history.memorySizeMB ?? null;
  return { status: "applied", from: size, to: size, reason: "released" };
}
