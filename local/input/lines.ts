/** Reads a file's lines, plain or gzip, in batches. The memory that it takes is bounded for any file. */
import fs from "node:fs";
import { Socket } from "node:net";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** A file can't be read at all. The message is one sentence. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** The longest line that is read. A batch of the Telemetry API, the longest line of any format, has at most 1 MiB. */
export const MAX_LINE_CHARACTERS = 4 * 1_024 * 1_024;

const CHUNK_BYTES = 256 * 1_024;

/**
 * The lines of a file or a FIFO, in order, without their line breaks. A line longer than MAX_LINE_CHARACTERS is
 * undefined, so that it is counted.
 *
 * @param file its path. Gzip is detected by its first two bytes. A FIFO is read until its last writer closes it.
 * @throws InputError if the file can't be opened or read, is binary, or its gzip is damaged.
 */
export async function* lineBatches(file: string): AsyncGenerator<(string | undefined)[]> {
  let rest = "";
  let tooLong = false;
  let first = true;
  try {
    for await (const chunk of await openText(file)) {
      if (first && (chunk as string).includes("\0"))
        throw new InputError(`${file} is neither text nor gzip.`);
      const lines: (string | undefined)[] = (
        first ? withoutByteOrderMark(chunk as string) : (chunk as string)
      ).split("\n");
      first = false;
      const last = lines.length - 1;
      if (!tooLong) lines[0] = rest + (lines[0] ?? "");
      else if (last > 0) lines[0] = undefined;
      if (last > 0) tooLong = false;
      rest = tooLong ? "" : (lines.pop() ?? "");
      if (rest.length > MAX_LINE_CHARACTERS) [rest, tooLong] = ["", true];
      if (last > 0) yield lines;
    }
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(file, error as NodeJS.ErrnoException);
  }
  if (tooLong) yield [undefined];
  else if (rest !== "") yield [rest];
}

async function openText(file: string): Promise<Readable> {
  const chunks = openBytes(file)[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let start = Buffer.alloc(0);
  // The first chunk of a pipe may be a single byte.
  while (start.length < 2) {
    const { done, value } = await chunks.next();
    if (done) break;
    start = Buffer.concat([start, value]);
  }
  if (isUtf16(start)) throw new InputError(`${file} is UTF-16 text; it must be UTF-8.`);
  const bytes = Readable.from(chain(start, chunks), { objectMode: false, highWaterMark: CHUNK_BYTES });
  if (start[0] !== 0x1f || start[1] !== 0x8b) return bytes.setEncoding("utf8");
  // The reader of the text gets every error.
  return pipeline(bytes, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined).setEncoding("utf8");
}

async function* chain(first: Buffer, rest: AsyncIterator<Buffer, undefined>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

function openBytes(file: string): Readable {
  if (!fs.statSync(file).isFIFO()) return fs.createReadStream(file, { highWaterMark: CHUNK_BYTES });
  // Opening a FIFO without O_NONBLOCK waits for a writer in a thread that even process.exit() waits for.
  const fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

function isUtf16(start: Buffer): boolean {
  return (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "its permissions forbid it",
  EPERM: "its permissions forbid it",
  EISDIR: "it is a directory",
  Z_BUF_ERROR: "its gzip ends in the middle; the file is truncated",
  Z_DATA_ERROR: "its gzip is damaged",
};

function unreadable(file: string, { code, message }: NodeJS.ErrnoException): InputError {
  return new InputError(`${file} can't be read: ${WHY_UNREADABLE[code ?? ""] ?? message}.`);
}
