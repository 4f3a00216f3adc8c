/** Sends held reports to the stream: in parallel with handlers while the sandbox lives, and once more when it ends. */
import type { TelemetryRecord } from "../runtime/contract";
import { Breaker } from "./breaker";
import type { Fold } from "./fold";
import type { FlushPolicy } from "./flush-policy";
import { Cancel } from "./http";
import type { Log } from "./log";
import type { PutOutcome, PutRecords } from "./put-records";

/** The function that the records are about. */
export type FunctionIdentity = Pick<TelemetryRecord, "functionName" | "functionArn" | "functionVersion">;

export interface FlushParts {
  readonly identity: FunctionIdentity;
  readonly fold: Fold;
  readonly policy: FlushPolicy;
  readonly put: PutRecords;
  readonly log: Log;
  /** CPU time of the sandbox since the last call, in ms; undefined if it isn't known. */
  readonly takeCpuMs: () => number | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A unique name for this sandbox. */
  readonly createSandboxId: () => string;
}

const CONNECT_TIMEOUT_MS = 1_000;
const TOTAL_TIMEOUT_MS = 3_000;
const MAX_ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_600;
const MAX_BACKOFF_AT_SHUTDOWN_MS = 200;
/** How long a send that is under way when the sandbox shuts down may take before it is started again. */
const SHUTDOWN_GRACE_MS = 300;
/** No more records are made while this many wait. Reports are still folded, so nothing is lost. */
const MAX_PENDING = 64;
/** Longer error messages from Kinesis are cut in the log. */
const MAX_REASON_LENGTH = 200;

export class Flush {
  private readonly breaker = new Breaker();
  /** Records that may or may not be on the stream. They keep their sequence until they are confirmed. */
  private pending: TelemetryRecord[] = [];
  private sequence = 0;
  private sandboxId: string | undefined;
  private sending: Promise<void> | undefined;
  private attempt: Cancel | undefined;
  private wake: (() => void) | undefined;
  private deadlineAtMs: number | undefined;
  private closing = false;

  constructor(private readonly parts: FlushParts) {}

  /** Starts sending if a flush is due and none is running. Never waits. */
  ifDue(): void {
    if (this.sending || this.closing || this.breaker.isOpen(this.parts.now())) return;
    this.seal();
    if (this.pending.length === 0) return;
    this.sending = this.send().finally(() => (this.sending = undefined));
  }

  /**
   * Sends everything, or as much as it can before `deadlineAtMs` (epoch milliseconds).
   *
   * @returns the number of invocations that are not confirmed to be on the stream.
   */
  async flushFinal(deadlineAtMs: number): Promise<number> {
    this.closing = true;
    this.wake?.();
    if (this.sending) {
      const grace = setTimeout(() => this.attempt?.now(), SHUTDOWN_GRACE_MS);
      await this.sending;
      clearTimeout(grace);
    }
    this.deadlineAtMs = deadlineAtMs;
    await this.send();
    return this.heldInvocations;
  }

  /** Drops everything held and stops sending. Returns how many invocations this loses at most. */
  abandon(): number {
    this.closing = true;
    this.attempt?.now();
    this.wake?.();
    return this.heldInvocations;
  }

  private get heldInvocations(): number {
    return this.pending.reduce((sum, { invocations }) => sum + invocations, this.parts.fold.invocations);
  }

  private async send(): Promise<void> {
    const { put, now } = this.parts;
    for (let attempt = 1; ; attempt += 1) {
      this.seal(true);
      if (this.pending.length === 0) return;
      const remainingMs = this.deadlineAtMs === undefined ? TOTAL_TIMEOUT_MS : this.deadlineAtMs - now();
      if (remainingMs <= 0) return;

      this.attempt = new Cancel();
      const sent = this.pending;
      const outcome = await put(sent, {
        connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, remainingMs),
        totalTimeoutMs: remainingMs,
        cancel: this.attempt,
      });
      this.attempt = undefined;
      this.pending = this.pending.filter(
        (record) => !sent.includes(record) || outcome.failed.includes(record),
      );
      if (outcome.failed.length < sent.length) this.answered();
      if (this.pending.length === 0) {
        if (this.deadlineAtMs === undefined) return;
        continue;
      }

      if (this.closing && this.deadlineAtMs === undefined) return;
      // A freeze isn't Kinesis's failure. It can't repeat endlessly, because only an invocation ends it.
      if (outcome.verdict === "thawed") attempt -= 1;
      else if (
        outcome.verdict === "hopeless" ||
        (attempt >= MAX_ATTEMPTS && this.deadlineAtMs === undefined)
      ) {
        this.failed(outcome);
        return;
      } else if (attempt > 1 || outcome.verdict === "done") await this.backOff(attempt);
    }
  }

  /** Turns held entries into records with an identity, if they are due or `mustFlush` is set. */
  private seal(mustFlush = false): void {
    const { fold, policy, identity, takeCpuMs, createSandboxId, now } = this.parts;
    if (fold.isEmpty || this.pending.length >= MAX_PENDING) return;
    if (policy.decide(fold.held, now(), mustFlush) === "wait") return;
    // Created at the first flush, because a snapshot of the sandbox may be restored many times.
    const sandboxId = (this.sandboxId ??= createSandboxId());
    for (const folded of fold.take(takeCpuMs())) {
      this.pending.push({ ...identity, ...folded, sandboxId, sequence: this.sequence });
      this.sequence += 1;
    }
  }

  private async backOff(attempt: number): Promise<void> {
    const untilDeadlineMs = (this.deadlineAtMs ?? Infinity) - this.parts.now();
    // Little time is left at shutdown.
    const mostMs = this.deadlineAtMs === undefined ? MAX_BACKOFF_MS : MAX_BACKOFF_AT_SHUTDOWN_MS;
    const fullMs = Math.min(FIRST_BACKOFF_MS * 2 ** attempt, mostMs, Math.max(0, untilDeadlineMs));
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, fullMs * (0.5 + Math.random() / 2));
    });
    this.wake = undefined;
  }

  private answered(): void {
    if (this.breaker.succeeded()) this.parts.log.info("Kinesis takes records again.");
  }

  private failed({ reason = "no reason given" }: PutOutcome): void {
    if (!this.breaker.failed(this.parts.now())) return;
    this.parts.log.warn(
      `Kinesis can't be reached or refuses records (${reason.slice(0, MAX_REASON_LENGTH)}); ` +
        "they are kept and tried again after longer and longer pauses.",
    );
  }
}
