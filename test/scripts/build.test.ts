import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { build } from "../../scripts/build";
import { DIST } from "../../scripts/artefact-paths";
import { temporaryFolder } from "../support/temporary-folder";

describe("The build", () => {
  it("makes each artefact once, also where two have files of the same name", async () => {
    const folder = temporaryFolder();
    const built: string[] = [];
    const artefacts = ["build test, one", "build test, two"].map((name) => {
      const result = path.join(folder, name, "index.js");
      const make = () => {
        built.push(name);
        fs.mkdirSync(path.dirname(result), { recursive: true });
        fs.writeFileSync(result, "");
        return Promise.resolve();
      };
      return { name, sources: ["package.json"], result, build: make };
    });
    const stamps = () => fs.readdirSync(DIST).filter((file) => file.startsWith(".build-test"));
    try {
      for (let times = 0; times < 2; times++) await build(() => undefined, artefacts);
      assert.deepEqual(built, ["build test, one", "build test, two"]);
    } finally {
      for (const stamp of stamps()) fs.rmSync(path.join(DIST, stamp));
    }
  });
});
