/** The page's script and style, each as one text, with notices for the third-party software in them. */
import { build } from "esbuild";
import path from "node:path";
import { thirdPartyNotices } from "../scripts/third-party-notices";

const PROJECT = path.join(__dirname, "..");

export interface PageBundle {
  readonly script: string;
  readonly style: string;
  readonly notices: string;
}

/** Bundles `page/`. The same sources give the same texts in any folder. */
export async function bundlePage(): Promise<PageBundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: PROJECT,
    entryPoints: ["report/page/index.ts"],
    // Only names the two texts; nothing is written.
    outdir: "report",
    write: false,
    bundle: true,
    minify: true,
    platform: "browser",
    target: ["chrome111", "firefox113", "safari16.4"],
    format: "iife",
    // Only ASCII, so that the page works with any charset.
    charset: "ascii",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  });
  const text = (extension: string) =>
    outputFiles.find((file) => file.path.endsWith(extension))?.text.trim() ?? "";
  return { script: text(".js"), style: text(".css"), notices: thirdPartyNotices(metafile, PROJECT) };
}
