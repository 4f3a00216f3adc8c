/**
 * What an operator may ask of the updater, as the payload of an invocation (docs/operations.md, "Rollback"):
 * `{"rollback": {"functionNames": ["checkout"]}}` or `{"rollback": {"all": true}}` puts sizes back and holds them;
 * `{"hold": …}` holds sizes as they are, and `{"release": …}` ends holds.
 */
import { z } from "zod";
import { WHOLE_FUNCTION_NAME } from "../function-arns";
import { meaningOf } from "./aws-errors";
import { change } from "./change";
import { holdOf, isHeldByOperator, lastChange, takesBack, withPendingSettled } from "./history";
import type { Change, History } from "./history-item";
import type { LiveFunction } from "./live-function";
import { omit } from "./omit";
import { skipped, type CommandSkipReason, type Decision, type Outcome } from "./outcome";
import type { Invocation } from "./services";
import { behindAlias, latest } from "./targets";

const which = z.union(
  [
    z.strictObject({ functionNames: z.array(z.string().regex(WHOLE_FUNCTION_NAME)).min(1) }),
    z.strictObject({ all: z.literal(true) }),
  ],
  { error: 'must be {"functionNames": ["name", …]} or {"all": true}' },
);
/** The reason appears in terminals and pages, so it must not contain control characters. */
const heldFor = z
  .string()
  .regex(/^\P{Cc}{1,200}$/u, {
    error: "reason must be 1 to 200 characters, none of them a control character",
  })
  .default("held by an operator");
export const commandSchema = z.union(
  [
    z.strictObject({ rollback: which, to: z.enum(["previous", "original"]).default("previous") }),
    z.strictObject({ hold: which, reason: heldFor }),
    z.strictObject({ release: which }),
  ],
  {
    error:
      'the event is neither a batch of Kinesis records nor {"rollback": …}, {"rollback": …, "to": "original"}, {"hold": …}, {"hold": …, "reason": "up to 200 characters"} or {"release": …}, where … is {"functionNames": ["name", …]} or {"all": true}',
  },
);
export type Command = z.infer<typeof commandSchema>;
/** A command as it is sent, without defaults. */
export type AskedCommand = z.input<typeof commandSchema>;

export interface CommandAnswer {
  readonly outcomes: (Pick<Outcome, "status" | "from" | "to" | "reason"> & { functionName: string })[];
  /** Functions for which no time was left: repeat the command for these. */
  readonly remaining: string[];
}

/** Carries out a command. A function that fails doesn't stop the others. */
export async function runCommand(command: Command, invocation: Invocation): Promise<CommandAnswer> {
  const answer: CommandAnswer = { outcomes: [], remaining: [] };
  const [asked, one] = workOf(command, invocation);
  const work: Promise<void>[] = [];
  for await (const functionName of "all" in asked
    ? invocation.histories.functionNames()
    : new Set(asked.functionNames)) {
    work.push(
      invocation.lanes.run(functionName, async () => {
        const outcome = await one(functionName).catch((error: unknown) => {
          if (meaningOf(error) === "out-of-time") return undefined;
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

type Work = (functionName: string) => Promise<Outcome>;

function workOf(command: Command, invocation: Invocation): [z.infer<typeof which>, Work] {
  if ("rollback" in command) return [command.rollback, (name) => rollback(name, command.to, invocation)];
  if ("hold" in command) return [command.hold, (name) => hold(name, command.reason, invocation)];
  return [command.release, (name) => release(name, invocation)];
}

async function rollback(
  functionName: string,
  to: "previous" | "original",
  { functions, histories, deadline }: Invocation,
): Promise<Outcome> {
  deadline.check();
  const history = await histories.read(functionName);
  const last = history.pending?.change ?? lastChange(history);
  if (!last) return skipped("nothing-to-roll-back");
  const now = new Date().toISOString();
  const { aliasName } = last;
  return change(
    {
      functionName,
      target:
        aliasName === undefined
          ? latest(functions, functionName)
          : behindAlias(functions, functionName, aliasName, deadline),
      decide: (live, kept) => decideRollback(live, kept, to, now),
      basis: {
        windowStart: now,
        windowEnd: now,
        // Records that the stream delivers again stay settled.
        sequenceNumber: last.sequenceNumber,
        ...(aliasName !== undefined && { aliasName }),
      },
    },
    histories,
    deadline,
  );
}

/**
 * Decides what a rollback does with a function in this state. A repeated rollback does nothing more: the AWS CLI sends
 * the command twice if an answer takes longer than a minute. Pure.
 *
 * @param now ISO 8601; when the command was given.
 */
export function decideRollback(
  live: Pick<LiveFunction, "memorySizeMB" | "lastUpdateStatus">,
  kept: History,
  to: "previous" | "original",
  now: string,
): Decision {
  const history = withPendingSettled(kept, live);
  const last = lastChange(history);
  const skip = (reason: CommandSkipReason, then = history): Decision => ({
    action: "skip",
    to: null,
    reason,
    history: then,
  });
  if (!last) return skip("nothing-to-roll-back");
  // Somebody has set another size since, which is their decision.
  if (last.to !== live.memorySizeMB) return skip("changed-elsewhere");
  const isBack = to === "previous" && takesBack(last);
  const size = sizeBefore(last, history, to);
  if (isBack || size === live.memorySizeMB) {
    const held = isHeldByOperator(history)
      ? history
      : { ...history, hold: holdOf("operator", "rolled back", now) };
    return skip(isBack ? "already-rolled-back" : "no-change", held);
  }
  if (live.lastUpdateStatus === "InProgress") return { action: "wait" };
  return {
    action: "apply",
    to: size,
    reason: "rollback",
    detail: "rolled back",
    holdBy: "operator",
    history,
  };
}

function sizeBefore(last: Change, { originalMemorySizeMB }: History, to: "previous" | "original"): number {
  return to === "original" ? (originalMemorySizeMB ?? last.from) : last.from;
}

/** Holds a function at its size, even if it has no history yet. Only memory pressure still raises it. */
async function hold(
  functionName: string,
  reason: string,
  { functions, histories, deadline }: Invocation,
): Promise<Outcome> {
  deadline.check();
  const history = await histories.read(functionName);
  const live = await functions.read(functionName);
  if (!live) return skipped("no-such-function");
  const size = live.memorySizeMB;
  if (isHeldByOperator(history)) {
    return { status: "skipped", from: size, to: size, reason: "already-held" };
  }
  // Leave a pending change alone; the invocation that makes it settles it.
  await histories.write({ ...history, hold: holdOf("operator", reason, new Date().toISOString()) }, history);
  return { status: "held", from: size, to: size, reason: "held" };
}

async function release(functionName: string, { histories, deadline }: Invocation): Promise<Outcome> {
  deadline.check();
  const history = await histories.read(functionName);
  if (!history.hold) return skipped("not-held");
  await histories.write(omit(history, "hold"), history);
  const size = history.memorySizeMB ?? null;
  return { status: "released", from: size, to: size, reason: "released" };
}
