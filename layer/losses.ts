/** Counts what could not be folded. Logs the first loss of each kind, and the totals when the sandbox ends. */
import type { Log } from "./log";

const LOSSES = {
  unreadableBodies: "deliveries that were not a JSON array",
  oversizedBodies: "deliveries larger than is held",
  unusableReports: "reports without a usable time or memory",
  overflowingReports: "reports of too many days and memory sizes",
  droppedByLambda: "telemetry events that Lambda dropped (platform.logsDropped)",
} as const;

export type Loss = keyof typeof LOSSES;

export class Losses {
  private readonly counts = new Map<Loss, number>();

  constructor(private readonly log: Log) {}

  add(loss: Loss, count = 1): void {
    const before = this.counts.get(loss) ?? 0;
    this.counts.set(loss, before + count);
    if (before === 0) this.log.warn(`Lost ${count} ${LOSSES[loss]}; the total follows at shutdown.`);
  }

  /** Logs the totals in one line, if there were losses. */
  tell(): void {
    if (this.counts.size === 0) return;
    const totals = [...this.counts].map(([loss, count]) => `${count} ${LOSSES[loss]}`);
    this.log.warn(`Lost in this sandbox's life: ${totals.join(", ")}.`);
  }
}
