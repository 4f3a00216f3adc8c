/** What the test files of a process share, and what closes it after the last one. */
const closers: (() => Promise<void>)[] = [];

/** @param close must kill its processes before it first waits, because the end of a process waits for nothing. */
export function closeAtEnd(close: () => Promise<void>): void {
  closers.push(close);
}

/** Mocha's root hooks: without --parallel, all test files have run when this is called. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    // A worker runs this after each of its files.
    if (process.env.MOCHA_WORKER_ID === undefined) await closeAll();
  },
};

// Before the listener that removes the temporary folders.
process.prependListener("exit", () => void closeAll());

async function closeAll(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}
