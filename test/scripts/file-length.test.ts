/** A file should be readable in one go: at most 250 lines, unless it is data, generated, or the tests of one thing. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { GENERATED } from "../../scripts/generate";

const ROOT = path.join(__dirname, "../..");
const MOST_LINES = 250;
const SOURCE = /\.(ts|mts|mjs|java|sql)$/;
/** Leaves out tests: those of one thing may fill a longer file. */
const FOLDERS = ["components", "layer", "runtime", "local", "scripts", "bench", "examples"];
const DATA = ["runtime/config-table.ts"];
/** Files that must still be split. Remove a file once it is short enough. Never add one. */
const STILL_TOO_LONG = ["local/flink.ts"];

describe("A source file", () => {
  const tooLong = [...FOLDERS.flatMap(sourcesIn), "index.ts"].filter((file) => lines(file) > MOST_LINES);

  it(`has at most ${MOST_LINES} lines`, () => {
    const allowed = new Set([...GENERATED.map(({ file }) => file), ...DATA, ...STILL_TOO_LONG]);
    assert.deepEqual(
      tooLong.filter((file) => !allowed.has(file)),
      [],
    );
  });

  it("is removed from the list of long files once it is short enough", () => {
    assert.deepEqual(
      STILL_TOO_LONG.filter((file) => !tooLong.includes(file)),
      [],
    );
  });
});

function sourcesIn(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => path.join(folder, file))
    .filter((file) => SOURCE.test(file) && !/(^|\/)(target|test|node_modules)\//.test(file));
}

function lines(file: string): number {
  return fs.readFileSync(path.join(ROOT, file), "utf8").trimEnd().split("\n").length;
}
