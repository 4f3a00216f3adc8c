/** Runs work in lanes: in order within a lane, and several lanes at once, up to a limit. */
export class Lanes {
  private readonly tails = new Map<string, Promise<unknown>>();
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  /** @param limit how many lanes may work at once. */
  constructor(private readonly limit: number) {}

  /**
   * Runs `work` once all earlier work of its lane is done; if any of that failed, `work` is not run.
   *
   * @throws LaneBlockedError if earlier work of the lane failed; otherwise what `work` throws.
   */
  run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(lane) ?? Promise.resolve();
    const result = before.then(
      () => this.withinLimit(work),
      () => Promise.reject(new LaneBlockedError(lane)),
    );
    this.tails.set(lane, result);
    return result;
  }

  private async withinLimit<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.limit) this.running++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The slot passes straight to the lane that has waited longest.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}

/** Earlier work of the same lane failed, and later work must not overtake it. */
export class LaneBlockedError extends Error {
  override readonly name = "LaneBlockedError";

  constructor(lane: string) {
    super(`an earlier recommendation for ${lane} has not been settled`);
  }
}
