/** Tests whether something became more frequent, by its counts. */
import assert from "node:assert/strict";
import { isMoreFrequent } from "../../runtime/rates";

const rose = (tolerated: number, before: readonly [number, number], after: readonly [number, number]) =>
  isMoreFrequent({ count: before[0], of: before[1] }, { count: after[0], of: after[1] }, tolerated);

describe("a rate", () => {
  it("has risen only if the counts prove it", () => {
    assert.equal(rose(0.1, [0, 10], [3, 10]), false);
    assert.equal(rose(0.1, [0, 1_000], [30, 1_000]), true);
    assert.equal(rose(0.1, [0, 1_000_000], [10_000, 1_000_000]), true);
    assert.equal(rose(0.1, [10_000, 1_000_000], [10_500, 1_000_000]), false, "within what is tolerated");
    assert.equal(rose(0.1, [10_000, 1_000_000], [11_500, 1_000_000]), true);
    assert.equal(rose(0.1, [5, 10], [0, 1_000]), false);
  });

  it("seems to rise by chance at most once in a thousand", () => {
    // The chance that all n fall into the same one of two equal halves is 2^-n.
    assert.equal(rose(0, [0, 100], [9, 100]), false);
    assert.equal(rose(0, [0, 100], [10, 100]), true);
  });
});
