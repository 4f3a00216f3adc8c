import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const made: string[] = [];
process.once("exit", () => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

/** A new folder, removed when the process ends. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lambda-memory-optimizer-"));
  made.push(folder);
  return folder;
}
