/** Unpacks a layer's zip, executable bits included, as Lambda does into /opt. */
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import yauzl, { type Entry, type ZipFile } from "yauzl";

/**
 * Unpacks into a fresh temporary directory, which the caller removes.
 *
 * @param zipFile path of the layer's zip.
 * @param parentDirectory the folder in which the directory is created; the system's temporary folder by default.
 * @returns the directory, for any number of sandboxes.
 */
export async function unpackLayer(zipFile: string, parentDirectory = os.tmpdir()): Promise<string> {
  const directory = await mkdtemp(path.join(parentDirectory, "layer-"));
  const zip = await yauzl.openPromise(zipFile);
  for await (const entry of zip.eachEntry()) await unpack(zip, entry, directory);
  return directory;
}

async function unpack(zip: ZipFile, entry: Entry, directory: string): Promise<void> {
  const target = path.join(directory, entry.fileName);
  if (entry.fileName.endsWith("/")) {
    await mkdir(target, { recursive: true });
    return;
  }
  await mkdir(path.dirname(target), { recursive: true });
  const mode = (entry.externalFileAttributes >>> 16) & 0o777;
  await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode }));
}
