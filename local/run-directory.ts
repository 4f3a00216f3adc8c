/** A folder for a run's temporary files. It is removed when this process ends, however it ends. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * Runs in a shell: waits for the end of standard input, which comes when this process ends, and then removes the
 * folder. It tries again, because other processes of the run may still write to the folder for a moment.
 */
const REMOVE_AT_THE_END = `
  cat > /dev/null
  for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    rm -rf "$0" && sleep 0.2
    [ -e "$0" ] || exit 0
  done`;

/** @returns the folder's path. */
export function createRunDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "one-machine-run-"));
  // Detached, so that Ctrl-C, which reaches the whole foreground group, doesn't end it first.
  const janitor = spawn("sh", ["-c", REMOVE_AT_THE_END, directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Without a shell, the folder stays only if this process is killed.
  janitor.on("error", () => undefined);
  janitor.unref();
  (janitor.stdin as unknown as { unref?: () => void }).unref?.();
  process.once("exit", () => {
    fs.rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}
