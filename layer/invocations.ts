/** Tracks which invocation is running, and whether its report has come. */
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

  /** `platform.runtimeDone`: the handler has returned. Work from here on may be billed, or frozen. */
  done(requestId: unknown): void {
    if (requestId === this.current) this.running = false;
  }

  /** `platform.report`: the last event of an invocation. */
  reported(requestId: unknown): void {
    this.done(requestId);
    if (requestId !== this.current) return;
    this.unreported = false;
    this.onReported?.();
  }

  /** Whether the handler is running. Work in parallel with it costs nothing. */
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
