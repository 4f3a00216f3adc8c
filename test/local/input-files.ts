/** Writes a test's input to a temporary file and reads it. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { readReports } from "../../local/input/read";
import type { Report } from "../../local/input/report";
import type { InputSummary } from "../../local/input/tally";

export async function withFile<T>(
  content: string | Uint8Array,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const folder = await fs.promises.mkdtemp(path.join(os.tmpdir(), "input-"));
  try {
    const file = path.join(folder, "input");
    await fs.promises.writeFile(file, content);
    return await use(file);
  } finally {
    await fs.promises.rm(folder, { recursive: true });
  }
}

export async function readText(
  content: string | Uint8Array,
  functionName?: string,
): Promise<{ reports: Report[]; summary: InputSummary }> {
  const reports: Report[] = [];
  const summary = await withFile(content, (file) =>
    readReports(file, functionName, (report) => {
      reports.push(report);
    }),
  );
  return { reports, summary };
}
