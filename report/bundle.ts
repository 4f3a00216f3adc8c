/** The page's script and style, each in one text, with what third-party software they contain. */
import { build } from "esbuild";
import path from "node:path";
import { thirdPartyNotices } from "../scripts/third-party-notices";

const PROJECT = path.join(__dirname, "..");

export interface PageBundle {
  readonly script: string;
  readonly style: string;
  readonly notices: string;
}

/** Bundles `page/`; the same sources give the same texts, wherever the project stands. */
export async function bundlePage(): Promise<PageBundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: PROJECT,
    entryPoints: ["report/page/index.ts"],
    // Only names the two texts: nothing is written.
    outdir: "report",
    write: false,
    bundle: true,
    minify: true,
    platform: "browser",
    target: ["chrome111", "firefox113", "safari16.4"],
    format: "iife",
    // The texts are all ASCII, whatever charset somebody opens the page with.
    charset: "ascii",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  });
  const text = (extension: string) =>
    outputFiles.find((file) => file.path.endsWith(extension))?.text.trim() ?? "";
  return { script: text(".js"), style: text(".css"), notices: thirdPartyNotices(metafile, PROJECT) };
}
