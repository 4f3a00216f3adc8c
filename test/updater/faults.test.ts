/** Despite all faults, every recommendation is settled once; `npm run bench:updater` tests it with 1,000. */
import assert from "node:assert/strict";
import { faultRun } from "./fault-run";

describe("the updater among faults", () => {
  it("settles every recommendation, in order, none twice and none lost", async () => {
    const { outcomes, deaths, deliveries } = await faultRun({
      recommendations: 60,
      requestsPerSecond: 15,
      deaths: 1,
    });
    assert.equal(deaths, 1);
    assert.ok(deliveries > 60, "something was delivered again");
    assert.equal(
      Object.values(outcomes).reduce((sum, count) => sum + count),
      60,
    );
  });
});
