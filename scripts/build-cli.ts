/**
 * Builds the command line program: `cli/` and all that it imports. What a command doesn't need isn't loaded: the AWS SDK
 * and the page of the report are files of their own.
 */
import { build } from "esbuild";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundlePage } from "../report/bundle";
import { SKIP_REASONS } from "../runtime/updater/outcome";
import { thirdPartyNotices } from "./third-party-notices";

const PROJECT = join(__dirname, "..");

/** What the sources take for granted, in a module of ECMAScript. */
const COMMON_JS = [
  'import { createRequire } from "node:module";',
  "const require = createRequire(import.meta.url);",
  "const __dirname = import.meta.dirname ?? require('node:path').dirname(require('node:url').fileURLToPath(import.meta.url));",
].join("");

/**
 * Writes `outDir/cli/`: `main.mjs` and what it loads, the page of `report`, the meanings of the reasons to skip, and the
 * notices of the third-party software in it.
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

/** What docs/operations.md says that each reason to skip means, without its Markdown. */
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
