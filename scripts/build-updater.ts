/**
 * Builds the updater's bundle. It includes the AWS SDK too: the code that runs is then the code that was tested
 * (Lambda's own copy of the SDK changes under a function), and one minified file loads faster than the SDK's hundreds.
 */
import { build } from "esbuild";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { thirdPartyNotices } from "./third-party-notices";

const NOTICES = "THIRD-PARTY-NOTICES.txt";

const PROJECT = join(__dirname, "..");

/**
 * Writes `outDir/updater/index.js`, and next to it the notices of the third-party software in it. The same sources give
 * the same bytes in any folder.
 *
 * @param outDir the folder of built artefacts, usually `dist`.
 */
export async function buildUpdater(outDir: string): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: ["runtime/updater/index.ts"],
    outfile: join(outDir, "updater", "index.js"),
    bundle: true,
    minify: true,
    // Names in logged stack traces stay readable.
    keepNames: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    legalComments: "eof",
    logLevel: "warning",
    metafile: true,
  });
  await writeFile(join(outDir, "updater", NOTICES), thirdPartyNotices(metafile, PROJECT));
}
