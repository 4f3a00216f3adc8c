/** The names, licences and copyright notices of the npm packages that a bundle contains. */
import type { Metafile } from "esbuild";
import * as fs from "node:fs";
import * as path from "node:path";

const SEPARATOR = `\n${"-".repeat(100)}\n\n`;

/**
 * A text that names every package in a bundle with its licence, and repeats the package's licence and notice files.
 * The same bundle gives the same text.
 *
 * @param root the folder that the bundle's paths are relative to.
 * @throws Error if a package states no licence, because it must not be redistributed.
 */
export function thirdPartyNotices(metafile: Metafile, root: string): string {
  const folders = [...new Set(Object.keys(metafile.inputs).flatMap((file) => packageFolder(file) ?? []))];
  const notices = folders.map((folder) => noticeOf(path.join(root, folder)));
  return `This file lists the third-party software that this bundle contains.\n${SEPARATOR}${[...new Set(notices)].sort().join(SEPARATOR)}`;
}

/** The package folder of a file, such as `node_modules/a/node_modules/@b/c`; undefined for a file of this project. */
function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(
    fs.readFileSync(path.join(folder, "package.json"), "utf8"),
  ) as { name: string; version: string; license?: string };
  if (typeof license !== "string") throw new Error(`${name} ${version} states no licence.`);
  const texts = fs
    .readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)(\.|-|$)/i.test(file))
    .sort()
    .map((file) => fs.readFileSync(path.join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n") + "\n";
}
