/** A fleet's history for the back-test. Its invocations' memory is known, and so are their durations at every size. */
import { MS_PER_DAY } from "../../runtime/duration";
import { demandOf, type RecordedDemand, type Wanted } from "../fleet/demand";
import { durationAt, type Duration } from "../fleet/duration";
import type { Fleet, FleetFunction } from "../fleet/fleet-file";
import { arnOf } from "../fleet/invocations";
import type { History, Step, Subject } from "./history";

export function historyOfFleet(fleet: Fleet, demand: RecordedDemand | undefined, stepMs: number): History {
  return {
    startMs: Date.parse(fleet.start),
    steps: (fleet.days * MS_PER_DAY) / stepMs,
    stepMs,
    subjects: fleet.functions.map((fn) => subjectOf(fn, fleet, demand, stepMs)),
  };
}

function subjectOf(
  fn: FleetFunction,
  fleet: Fleet,
  demand: RecordedDemand | undefined,
  stepMs: number,
): Subject {
  const { functionName, architecture, memorySizeMB, weight, cpu, duration } = fn;
  const startMs = Date.parse(fleet.start);
  const steps: Step[] = [];
  for (let day = 0; day < fleet.days; day++) {
    const wanted = demandOf(fn, day, fleet, demand);
    const indexOf = ({ timeMs }: Wanted) => Math.floor((timeMs - startMs) / stepMs);
    for (let from = 0; from < wanted.length;) {
      const first = wanted[from];
      if (!first) break;
      const index = indexOf(first);
      const next = wanted.findIndex((one, at) => at > from && indexOf(one) !== index);
      const to = next < 0 ? wanted.length : next;
      steps.push(stepOf(index, wanted.slice(from, to)));
      from = to;
    }
  }
  return {
    functionName,
    functionArn: arnOf(functionName),
    architecture,
    memorySizeMB,
    weight,
    cpu,
    durationAt: memoised((sizeMB) => durationAt(duration, sizeMB)),
    steps,
  };
}

function stepOf(index: number, wanted: readonly Wanted[]): Step {
  return {
    index,
    firstMs: wanted[0]?.timeMs ?? 0,
    lastMs: wanted.at(-1)?.timeMs ?? 0,
    usedMB: Uint32Array.from(wanted, ({ usedMB }) => usedMB),
    durationFactor: Float64Array.from(wanted, ({ durationFactor }) => durationFactor),
    errors: Uint32Array.from(wanted, ({ errors }) => errors),
    peakAtCap: false,
  };
}

export function memoised(of: (memorySizeMB: number) => Duration): (memorySizeMB: number) => Duration {
  const known = new Map<number, Duration>();
  return (memorySizeMB) => {
    let duration = known.get(memorySizeMB);
    if (!duration) known.set(memorySizeMB, (duration = of(memorySizeMB)));
    return duration;
  };
}
