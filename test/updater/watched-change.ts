/** A watched change of `checkout`, and the days before and after it. */
import type { Observation } from "../../runtime/contract";
import { MS_PER_DAY } from "../../runtime/duration";
import type { History } from "../../runtime/updater/history-item";
import { observation } from "./recommendations";
import type { UpdaterFixture } from "./updater-fixture";

const DAY_MS = MS_PER_DAY;
/** The latest midnight at least two days ago, so that nothing below is in the future. */
const MIDNIGHT_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - 2 * DAY_MS;

export const daysBefore = (days: number) => new Date(MIDNIGHT_MS - days * DAY_MS).toISOString();

/** A day of 1,000 invocations of 313 ms, of which 117 ms are CPU time: thumbnailer-nodejs of docs/sizing.md. */
export function day(daysAgo: number, fields: Partial<Observation> & { meanMs?: number } = {}): Observation {
  const { meanMs = 313, ...others } = fields;
  return observation({
    windowStart: daysBefore(daysAgo + 1),
    windowEnd: daysBefore(daysAgo),
    invocations: 1_000,
    durationMs: 1_000 * meanMs,
    durationSquaredMs2: Math.round(1_000 * meanMs ** 2 * 1.04),
    cpuMs: 117_000,
    cpuDurationMs: 1_000 * meanMs,
    billedDurationMs: 1_000 * meanMs,
    peakMB: 130,
    ...others,
  });
}

/**
 * Makes the updater know `checkout` from two weeks of observations, and a change ten days ago from 1,024 to 753 MB.
 *
 * @param before fields of the observations before the change.
 */
export async function changed(updater: UpdaterFixture, before: Partial<Observation> = {}): Promise<History> {
  await updater.settle(Array.from({ length: 14 }, (_, i) => day(24 - i, before)));
  const known = await updater.historyOf("checkout");
  updater.controlPlane.functions.get("checkout")!.memorySizeMB = 753;
  const { profile } = known;
  await updater.writeHistory({
    ...known,
    memorySizeMB: 753,
    originalMemorySizeMB: 1_024,
    profile: { ...profile!, baselineMB: 1_024, changes: 1 },
    watch: { before: profile!.sizes, buckets: 0 },
    changes: [
      {
        at: daysBefore(10),
        from: 1_024,
        to: 753,
        reason: "window",
        trigger: "window",
        windowStart: daysBefore(25),
        windowEnd: daysBefore(11),
        sequenceNumber: "15",
        revisionId: "before",
      },
    ],
    settledSequenceNumber: "15",
  });
  return updater.historyOf("checkout");
}
