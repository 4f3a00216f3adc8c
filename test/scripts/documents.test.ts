/** Checks that everything the documents name exists, and that their lists are complete. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { settingsOf } from "../../runtime/settings";

const ROOT = path.join(__dirname, "../..");
const SQL = "runtime/flink/src/main/resources/sql";
const JAVA = "runtime/flink/src/main/java/io/github/lambdamemoryoptimizer/flink";
/** Folders that npm, the build or a tool makes. */
const NOT_OURS = ["node_modules", "dist", "target", ".git"];

describe("The README", () => {
  it("names every folder under Where things are", () => {
    const [, places = ""] = read("README.md").split("## Where things are\n");
    const folders = [...foldersIn("."), ...foldersIn("runtime")];
    assert.deepEqual(
      folders.filter((folder) => !places.includes(`\`${folder}/\``)),
      [],
    );
  });
});

describe("CONTRIBUTING", () => {
  it("names existing files on a number's way through the code", () => {
    const [, way = ""] = read("CONTRIBUTING.md").split("## How a number travels\n");
    const named = [...way.split("\n## ")[0]!.matchAll(/`([\w./-]+\.(?:ts|sql|java))`/g)].map(
      ([, file]) => file!,
    );
    assert.ok(named.length > 15, named.join(" "));
    const folders = ["", "runtime/updater", SQL, JAVA];
    assert.deepEqual(
      named.filter((file) => !folders.some((folder) => fs.existsSync(path.join(ROOT, folder, file)))),
      [],
    );
  });
});

describe("docs/windows.md", () => {
  it("says what a change of each of the Flink job's settings keeps", () => {
    const [, table = ""] = read("docs/windows.md").split("## What a restart and a config change keep\n");
    const keys = [...table.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)`/g)].map(([, key]) => key),
    );
    assert.deepEqual(keys.sort(), settingsOf("flink").sort());
  });
});

function foldersIn(parent: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_OURS.includes(entry.name))
    .map((entry) => path.join(parent, entry.name));
}

function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), "utf8");
}
