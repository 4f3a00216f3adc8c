/** A folder for everything temporary of one run. It goes when this process ends, however that comes about. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * A shell that waits until its standard input ends, as it does with the process that holds the other end, and then
 * removes the folder. Processes of the run that end at the same moment may still write to it for a while.
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
  // Detached: a signal to the whole foreground group must not end it before its work is done.
  const janitor = spawn("sh", ["-c", REMOVE_AT_THE_END, directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Without a shell, only a process that is killed leaves its folder.
  janitor.on("error", () => undefined);
  janitor.unref();
  (janitor.stdin as unknown as { unref?: () => void }).unref?.();
  process.once("exit", () => {
    fs.rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}
