/** Whatever goes wrong, every recommendation is settled once; `npm run bench:updater` does it with 1,000. */
import assert from "node:assert/strict";
import { faultRun } from "./fault-run";

describe("the updater among faults", () => {
  it("settles every recommendation, in order, none twice and none lost", async () => {
    const { outcomes, deaths, deliveries, faults, leastSeconds, seconds, throttled } = await faultRun({
      recommendations: 100,
      requestsPerSecond: 15,
      deaths: 1,
    });
    console.log(outcomes, deaths, deliveries, faults, leastSeconds, seconds, throttled);
    assert.equal(deaths, 1);
    assert.ok(deliveries > 100, "something was delivered again");
  });
});
