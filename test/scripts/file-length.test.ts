/** A file should be readable in one go: at most 250 lines, unless it is data, generated, or the tests of one thing. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { GENERATED } from "../../scripts/generate";

const ROOT = path.join(__dirname, "../..");
const MOST_LINES = 250;
const SOURCE = /\.(ts|mts|mjs|java|sql)$/;
const FOLDERS = [
  "cli",
  "components",
  "plugin",
  "layer",
  "runtime",
  "local",
  "report",
  "scripts",
  "bench",
  "examples",
  "test",
];
/** The tests of one thing may fill a longer file. What they share may not. */
const TESTS = /\.test\.ts$|\/src\/test\/java\//;
const DATA = ["runtime/config-table.ts"];

describe("A source file", () => {
  const tooLong = [...FOLDERS.flatMap(sourcesIn), "index.ts"].filter((file) => lines(file) > MOST_LINES);

  it(`has at most ${MOST_LINES} lines`, () => {
    const allowed = new Set([...GENERATED.map(({ file }) => file), ...DATA]);
    assert.deepEqual(
      tooLong.filter((file) => !allowed.has(file)),
      [],
    );
  });
});

function sourcesIn(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => path.join(folder, file))
    .filter((file) => SOURCE.test(file) && !TESTS.test(file) && !/(^|\/)(target|node_modules)\//.test(file));
}

function lines(file: string): number {
  return fs.readFileSync(path.join(ROOT, file), "utf8").trimEnd().split("\n").length;
}
