import assert from "node:assert/strict";
import { staleFiles } from "../../scripts/generate";

describe("npm run generate", () => {
  it("has nothing to write, because every generated file matches the config table", async () => {
    const stale = await staleFiles();
    assert.deepEqual(stale, [], "run npm run generate");
  });
});
