/** Which invocation is running, and whether its report is still to come. */
export class Invocations {
  private current: string | undefined;
  private running = false;
  private unreported = false;
  private onReported: (() => void) | undefined;

  /** INVOKE: the handler begins. */
  begin(requestId: string): void {
    this.current = requestId;
    this.running = true;
    this.unreported = true;
  }

  /** `platform.runtimeDone`: the handler is over; what is done from here on may be frozen, or billed. */
  done(requestId: unknown): void {
    if (requestId === this.current) this.running = false;
  }

  /** `platform.report`: nothing more will be heard of the invocation. */
  reported(requestId: unknown): void {
    this.done(requestId);
    if (requestId !== this.current) return;
    this.unreported = false;
    this.onReported?.();
  }

  /** Whether work costs nothing now, because the handler runs too. */
  get isRunning(): boolean {
    return this.running;
  }

  /** Resolves when the last invocation has been reported, or after `timeoutMs`. */
  async lastReport(timeoutMs: number): Promise<void> {
    if (!this.unreported) return;
    await new Promise<void>((resolve) => {
      this.onReported = resolve;
      setTimeout(resolve, timeoutMs);
    });
  }
}
