/** Checks that everything the documents name exists, and that their lists are complete. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { settingsOf } from "../../runtime/settings";

const ROOT = path.join(__dirname, "../..");
const SQL = "runtime/flink/src/main/resources/sql";
const JAVA = "runtime/flink/src/main/java/io/github/lambdamemoryoptimizer/flink";
const DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "RELEASING.md", ...markdownIn("docs")];
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
  const text = read("CONTRIBUTING.md");

  it("names existing files and folders", () => {
    const named = namedIn(text);
    assert.ok(named.length > 25, named.join(" "));
    const folders = ["", "runtime/updater", SQL, JAVA];
    assert.deepEqual(
      named.filter((file) => !folders.some((folder) => fs.existsSync(path.join(ROOT, folder, file)))),
      [],
    );
  });

  it("names the file of each step on a number's way through the code", () => {
    const [, way = ""] = text.split("## How a number travels\n");
    const steps = way
      .split("\n## ")[0]!
      .split(/^\d\. /m)
      .slice(1);
    assert.equal(steps.length, 5);
    for (const step of steps) assert.ok(namedIn(step).length > 1, step);
  });
});

describe("Every document", () => {
  for (const document of DOCUMENTS) {
    it(`links to existing files and headings: ${document}`, () => {
      const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
      const broken = links.filter(([, file, heading]) => {
        const target = path.join(path.dirname(document), file === "" ? path.basename(document) : file!);
        if (!fs.existsSync(path.join(ROOT, target))) return true;
        return heading !== undefined && !anchorsOf(read(target)).includes(heading);
      });
      assert.deepEqual(
        broken.map(([link]) => link),
        [],
      );
    });
  }
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

/** The files and folders that a text names in backticks. */
function namedIn(text: string): string[] {
  return [...text.matchAll(/`([\w./-]+(?:\.(?:ts|sql|java)|\/))`/g)].map(([, file]) => file!);
}

/** The anchors that GitHub gives a document's headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function markdownIn(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder))
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.join(folder, file));
}

function foldersIn(parent: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NOT_OURS.includes(entry.name))
    .map((entry) => path.join(parent, entry.name));
}

function read(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), "utf8");
}
