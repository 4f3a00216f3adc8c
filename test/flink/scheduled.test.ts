/** The job with `flinkSchedule: daily`: each day it is started from a savepoint, catches up, and is stopped again. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EmbeddedKinesis } from "../../local/kinesis";
import { expectedObservations, expectedRecommendations } from "../../local/model/job";
import { durationMs, MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { assertAgree } from "../support/agreement";
import { MANY_JOBS, restoreFrom, startCluster } from "../support/cluster";
import { JobStreams } from "../support/job-streams";
import { casesOf, comesAtMs, FROM_MS, type Delivery } from "../support/telemetry";

const SEED = Number(process.env.FC_SEED ?? 1);
const DAYS = 28;
const CASES = 10;
/** `daily` starts at 02:15 UTC. */
const START_MS = 2.25 * 3_600_000;
/** How long a run lasts, in event time. */
const RUN_MS = 30 * 60_000;

describe("the Flink job, started and stopped each day", function () {
  this.timeout(600_000);

  let kinesis: EmbeddedKinesis;
  let directory: string;
  before(async () => {
    kinesis = await EmbeddedKinesis.start();
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "scheduled-"));
  });
  after(async () => {
    await kinesis.close();
    fs.rmSync(directory, { recursive: true, force: true });
  });

  it("recommends the same over four weeks as a job that is never stopped", async () => {
    // With an interval, the machine's speed would decide which of several similar records is sent.
    const settings = parseSettings({ windowLength: "7d", pressureInterval: "0s" });
    const latenessMs = durationMs(settings.lateness)!;
    const endMs = FROM_MS + DAYS * MS_PER_DAY;
    const deliveries = casesOf(settings, CASES, SEED).filter((delivery) => comesAtMs(delivery) < endMs);
    assert.ok(deliveries.length > 100, `only ${deliveries.length} records`);
    const [always, daily] = [await JobStreams.create(kinesis), await JobStreams.create(kinesis)];
    const untilMs = (day: number) => FROM_MS + day * MS_PER_DAY + START_MS + RUN_MS;
    /** Records from the end of one run to the end of the next: first while the job is stopped, then while it runs. */
    const feed = async (streams: JobStreams, day: number, part: "stopped" | "running") => {
      const [fromMs, toMs] =
        part === "stopped"
          ? [untilMs(day - 1), untilMs(day) - RUN_MS]
          : [untilMs(day) - RUN_MS, untilMs(day)];
      const some = deliveries.filter((each) => comesAtMs(each) >= fromMs && comesAtMs(each) < toMs);
      await streams.deliver(some);
      await streams.heartbeat(toMs);
      return some;
    };

    for (let day = 0; day <= DAYS; day++) {
      for (const part of ["stopped", "running"] as const) await feed(always, day, part);
    }
    const flink = await startCluster({ kinesisEndpoint: kinesis.endpoint, ...MANY_JOBS });
    let runs = 0;
    let whileStopped: Delivery[] = [];
    try {
      await flink.submit(always.parameters(settings));
      await flink.passed(untilMs(DAYS) - latenessMs);
      await flink.stop({ drain: false });

      let continued = {};
      for (let day = 0; day <= DAYS; day++) {
        whileStopped = [...whileStopped, ...(await feed(daily, day, "stopped"))];
        await flink.submit(daily.parameters(settings), continued);
        await feed(daily, day, "running");
        await flink.passed(untilMs(day) - latenessMs);
        const savepoints = path.join(directory, `day-${day}`);
        continued = restoreFrom(await flink.stop({ drain: false, savepoints }));
        runs++;
      }
    } finally {
      await flink.close();
    }

    assert.equal(runs, DAYS + 1);
    assert.ok(whileStopped.length > deliveries.length / 2);
    const where = `FC_SEED=${SEED}`;
    const neverStopped = await always.recommendations();
    assert.ok(neverStopped.filter(({ reason }) => reason === "window").length > 30);
    assertAgree(await daily.recommendations(), neverStopped, deliveries, where);
    assertAgree(await daily.observations(), await always.observations(), deliveries, where);

    // Both equal the model's output, except for windows that are still open.
    const telemetry = deliveries.map(({ record }) => record);
    const isClosed = ({ reason, windowEnd }: { reason: string; windowEnd: string }) =>
      reason === "memory-pressure" || Date.parse(windowEnd) <= untilMs(DAYS) - latenessMs;
    assertAgree(
      neverStopped,
      expectedRecommendations(telemetry, settings).filter(isClosed),
      deliveries,
      where,
    );
    const observed = expectedObservations(telemetry, settings).filter(isClosed);
    assertAgree(await always.observations(), observed, deliveries, where);
  });
});
