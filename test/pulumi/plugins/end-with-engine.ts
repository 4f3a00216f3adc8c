/** Ends this plugin when the engine that started it is gone; it doesn't always live to say so. */
export function endWithEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) process.exit();
  }, 200).unref();
}
