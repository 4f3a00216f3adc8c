/** Whether something became more frequent, told by counts. */
import assert from "node:assert/strict";
import { isMoreFrequent } from "../../runtime/rates";

const rose = (tolerated: number, before: readonly [number, number], after: readonly [number, number]) =>
  isMoreFrequent({ count: before[0], of: before[1] }, { count: after[0], of: after[1] }, tolerated);

describe("a rate", () => {
  it("rose where counts say so, not by its value alone", () => {
    assert.equal(rose(0.1, [0, 10], [3, 10]), false);
    assert.equal(rose(0.1, [0, 1_000], [30, 1_000]), true);
    assert.equal(rose(0.1, [0, 1_000_000], [10_000, 1_000_000]), true);
    assert.equal(rose(0.1, [10_000, 1_000_000], [10_500, 1_000_000]), false, "within what is tolerated");
    assert.equal(rose(0.1, [10_000, 1_000_000], [11_500, 1_000_000]), true);
    assert.equal(rose(0.1, [5, 10], [0, 1_000]), false);
  });

  it("is taken for risen by chance once in a thousand", () => {
    // All of n on one side of two equal halves: a chance of 2^-n.
    assert.equal(rose(0, [0, 100], [9, 100]), false);
    assert.equal(rose(0, [0, 100], [10, 100]), true);
  });
});
