/** The environment variable with the process id of the engine that started a plugin. */
export const ENGINE_PID = "LAMBDA_MEMORY_OPTIMIZER_TEST_ENGINE_PID";

/**
 * Ends this plugin when the engine that started it is gone. The engine doesn't always live to ask for it, nor until the
 * plugin has been loaded.
 */
export function endWithEngine(): void {
  const engine = Number(process.env[ENGINE_PID]);
  setInterval(() => {
    // An orphan's parent is 1.
    if (process.ppid !== engine || engine === 1) process.exit();
  }, 200).unref();
}
