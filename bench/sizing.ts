import { curvesFrom, type Curve } from "./sizing/curves";
import { memoryOnlyJudge, sizingJudge } from "./sizing/judge";
import { neededMB, oracle, runClosedLoop, TELEMETRY } from "./sizing/closed-loop";
const curves = curvesFrom(process.argv[2]!);
const seed = Number(process.argv[3] ?? 1);
const judge = sizingJudge({ maxSlowdown: 0.25, minSaving: 0.05, speedUpCost: 0 });
const rows: any[] = [];
for (const curve of curves) for (const { memorySizeMB: startMB } of curve.points) {
  if (neededMB(curve, startMB) > startMB) continue;
  for (const cpu of [true, false]) {
    const ours = runClosedLoop(judge, curve, startMB, { ...TELEMETRY, cpu, seed });
    const o = oracle(curve, startMB, 0.25);
    rows.push({ n: curve.name, startMB, cpu, ours, o });
    console.log(curve.name.padEnd(26), startMB, cpu ? "cpu" : "-  ", ours.sizesMB.join(">"), ours.slowdown.toFixed(2), ours.worstSlowdown.toFixed(2), ours.saving.toFixed(3), "oracle", o.endMB, o.slowdown.toFixed(2), o.saving.toFixed(3));
  }
}
const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
for (const [n, f] of Object.entries({ cpu3: (r: any) => r.cpu && [1024, 2048, 3008].includes(r.startMB), no3: (r: any) => !r.cpu && [1024, 2048, 3008].includes(r.startMB), cpu: (r: any) => r.cpu, no: (r: any) => !r.cpu, all: () => true })) {
  const R = rows.filter(f);
  console.log(n, R.length, "W", Math.max(...R.map((r) => r.ours.worstSlowdown)).toFixed(3), "M", mean(R.map((r) => r.ours.slowdown)).toFixed(3), "S", mean(R.map((r) => r.ours.saving)).toFixed(3), "O", mean(R.map((r) => r.o.saving)).toFixed(3), "changes", Math.max(...R.map((r) => r.ours.changes)), "minSav", Math.min(...R.map((r) => r.ours.saving)).toFixed(3));
}
