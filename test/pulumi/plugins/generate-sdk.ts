/** Writes a package's SDK with Pulumi's own generator. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LANGUAGES } from "../../../scripts/pulumi-languages";

/** @throws Error with the problems that Pulumi finds in the schema. */
export function generateSdk(language: "python" | "go", schema: string, folder: string): void {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), "lambda-memory-optimizer-schema-"));
  try {
    const file = path.join(work, "schema.json");
    fs.writeFileSync(file, schema);
    execFileSync(LANGUAGES.codegen, [language, file, folder], { stdio: ["ignore", "ignore", "pipe"] });
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
