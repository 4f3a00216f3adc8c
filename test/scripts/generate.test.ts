import assert from "node:assert/strict";
import { staleFiles } from "../../scripts/generate";

describe("npm run generate", () => {
  it("has nothing to write: every generated file is what the config table says", async () => {
    const stale = await staleFiles();
    assert.deepEqual(
      stale.map(({ file }) => file),
      [],
      "run npm run generate",
    );
  });
});
