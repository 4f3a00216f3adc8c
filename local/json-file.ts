/** Checks that `--json` and `--report` can be written before the run, which may take minutes. */
import fs from "node:fs";
import { UsageError } from "./usage-error";

/**
 * @param option the option that names the file, such as `--json`.
 * @param file the path. The check neither changes an existing file nor leaves a new one.
 * @throws UsageError if it can't be written.
 */
export function checkWritable(option: string, file: string): void {
  try {
    const before = fs.statSync(file, { throwIfNoEntry: false });
    if (before?.isDirectory()) throw new Error("it is a directory");
    // Opening a pipe would wait for its reader.
    if (before && !before.isFile()) return;
    fs.closeSync(fs.openSync(file, "a"));
    if (!before) fs.unlinkSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${option} is ${file}, which can't be written: ${WHY[code ?? ""] ?? message}.`);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such folder",
  ENOTDIR: "a part of its path is not a folder",
  EACCES: "its permissions forbid it",
  EPERM: "its permissions forbid it",
  EROFS: "its file system is read-only",
};
