/** Ends this plugin when the engine that started it is gone. The engine doesn't always live to ask for it. */
export function endWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit();
  }, 200).unref();
}
