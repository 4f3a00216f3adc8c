/**
 * Builds the layer's zip with the same bytes on every machine, because a different hash is a different layer version.
 */
import { build } from "esbuild";
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import yazl from "yazl";

const ROOT = path.join(__dirname, "..");
/** A zip stores local time. Local numbers here give the same bytes in every time zone. */
const MTIME = new Date(2000, 0, 1);

/** @param outDir where `layer.zip` goes; created if it doesn't exist. */
export async function buildLayer(outDir: string): Promise<void> {
  const zip = new yazl.ZipFile();
  const add = (contents: Buffer, name: string, mode: number) => {
    zip.addBuffer(contents, name, { mtime: MTIME, mode, forceDosTimestamp: true, compressionLevel: 9 });
  };
  add(await launcher(), "extensions/lambda-memory-optimizer", 0o100755);
  add(await bundle(), "lambda-memory-optimizer/extension.cjs", 0o100644);
  add(await readFile(path.join(ROOT, "layer/roots.pem")), "lambda-memory-optimizer/roots.pem", 0o100644);
  zip.end();
  await mkdir(outDir, { recursive: true });
  await pipeline(zip.outputStream, createWriteStream(path.join(outDir, "layer.zip")));
}

/** The launcher without comments and indentation, which no sandbox needs. */
async function launcher(): Promise<Buffer> {
  const text = await readFile(path.join(ROOT, "layer/extensions/lambda-memory-optimizer"), "utf8");
  return Buffer.from(text.replace(/^ *#(?!!).*\n|^ +/gm, ""));
}

async function bundle(): Promise<Buffer> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["layer/main.ts"],
    bundle: true,
    minify: true,
    platform: "node",
    // Older than any supported version: on an old Node, a syntax error would end the extension, and with it the
    // function.
    target: "node12",
    tsconfigRaw: { compilerOptions: { alwaysStrict: true, useDefineForClassFields: false } },
    format: "cjs",
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}
