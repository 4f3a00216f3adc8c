/**
 * Builds the command line program: `cli/` and everything that it imports. The output is split into files, so that a command
 * loads only what it needs.
 */
import { build } from "esbuild";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundlePage } from "../report/bundle";
import { SKIP_REASONS } from "../runtime/updater/outcome";
import { thirdPartyNotices } from "./third-party-notices";

const PROJECT = join(__dirname, "..");

/** Defines what CommonJS sources expect, in an ECMAScript module. */
const COMMON_JS = [
  'import { createRequire } from "node:module";',
  "const require = createRequire(import.meta.url);",
  "const __dirname = import.meta.dirname ?? require('node:path').dirname(require('node:url').fileURLToPath(import.meta.url));",
].join("");

/**
 * Writes `outDir/cli/`: `main.mjs` and the files that it loads, the report page's script and style, the meanings of the skip
 * reasons, and the third-party notices.
 *
 * @param outDir the folder of built artefacts, usually `dist`.
 */
export async function buildCli(outDir: string): Promise<void> {
  const folder = join(outDir, "cli");
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: ["cli/main.ts"],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    platform: "node",
    target: "node20",
    format: "esm",
    mainFields: ["module", "main"],
    banner: { js: COMMON_JS },
    legalComments: "eof",
    logLevel: "warning",
    metafile: true,
  });
  chmodSync(join(folder, "main.mjs"), 0o755);
  const page = await bundlePage();
  writeFileSync(join(folder, "report-page.json"), JSON.stringify(page));
  writeFileSync(join(folder, "skip-reasons.json"), JSON.stringify(meaningsOfReasons()));
  writeFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), thirdPartyNotices(metafile, PROJECT));
}

/** The meaning of each skip reason in docs/operations.md, without Markdown. */
function meaningsOfReasons(): Record<string, string> {
  const text = readFileSync(join(PROJECT, "docs/operations.md"), "utf8");
  const meanings: Record<string, string> = {};
  for (const [, names = "", meaning = ""] of text.matchAll(/^\| (`[^|]+?) +\| ([^|]+?) +\| [^|]+\|$/gm)) {
    for (const [, name = ""] of names.matchAll(/`([\w-]+)`/g)) meanings[name] = meaning.replaceAll("`", "");
  }
  const missing = SKIP_REASONS.filter((reason) => meanings[reason] === undefined);
  if (missing.length > 0) throw new Error(`docs/operations.md doesn't explain ${missing.join(", ")}.`);
  return Object.fromEntries(SKIP_REASONS.map((reason) => [reason, meanings[reason] ?? ""]));
}
