/** The back-test: `npm run backtest`. Progress goes to standard error, the outcome to standard output. */
import fs from "node:fs";
import path from "node:path";
import { backTestReport } from "../../report/from-backtest";
import { writeReport } from "../../report/write";
import { MS_PER_DAY } from "../../runtime/duration";
import { parseSettings } from "../../runtime/settings";
import { aborted, command } from "../command";
import { stepOf } from "../fleet/closed-loop";
import { readDemand } from "../fleet/demand-file";
import { readFleet } from "../fleet/fleet-file";
import { homeName, homeOf } from "../home";
import { InputError, readReports, type InputSummary } from "../input/read";
import { checkWritable } from "../json-file";
import { Progress } from "../progress";
import { inputLines } from "../report";
import { sampleFleet } from "../sample-fleet";
import { verdictOfTotals } from "../verdict";
import { adviceOn, withFrontier } from "./advice";
import { backTestHelp, parseBackTestArguments, type BackTestArguments } from "./arguments";
import { historyOfFleet } from "./from-fleet";
import { RecordedHistory } from "./from-recording";
import { peaksAtCap, type History } from "./history";
import { capLines, outcomeText, type AsItIs } from "./show";
import { walk, type Walked } from "./walk";

const { say, sayNowAndThen } = new Progress();

async function main(signal: AbortSignal): Promise<void> {
  const options = parseBackTestArguments(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(backTestHelp());
    return;
  }
  if (options.json !== undefined) checkWritable("--json", options.json);
  if (options.report !== undefined) checkWritable("--report", options.report);
  const stepMs = Math.min(...options.policies.map(({ settings }) => stepOf(settings)));
  const { history, input } = await Promise.race([historyOf(options, stepMs), aborted(signal)]);
  const days = (history.steps * stepMs) / MS_PER_DAY;
  say(`${history.subjects.length} functions over ${days} days; ${options.policies.length} policies`);

  const keep = options.report !== undefined;
  const asItIs = await walk(history, parseSettings(), { optimize: false, keep, signal });
  const results: { policy: (typeof options.policies)[number]["policy"]; walked: Walked }[] = [];
  for (const { policy, settings } of options.policies) {
    sayNowAndThen(() => `policy ${results.length + 1} of ${options.policies.length}: ${policy.name}`);
    results.push({ policy, walked: await walk(history, settings, { signal }) });
  }
  const [first, ...others] = withFrontier(results);
  if (!first) return;
  const policies = [first, ...others] as const;
  const advice = adviceOn(policies, asItIs.invocations, asItIs);
  const advised = options.policies.find(({ policy }) => policy.name === advice.policy);
  const { days: daily, changes } = await walk(history, advised?.settings ?? parseSettings(), {
    keep: true,
    signal,
  });
  const outcome = {
    policies,
    advice,
    verdict: verdictOfTotals({
      functions: history.subjects.length,
      cost: { gbSeconds: asItIs.gbSecondsPerMonth, dollars: asItIs.costPerMonth },
      saved:
        asItIs.costPerMonth - (policies.find(({ name }) => name === advice.policy) ?? first).costPerMonth,
      deployments: new Set(history.subjects.map(({ functionArn }) => homeName(homeOf(functionArn)))).size,
    }),
    asItIs: asItIsOf(asItIs),
    peaksAtCap: peaksAtCap(history),
  };
  process.stdout.write(`\n${outcomeText(outcome)}\n`);
  if (input) process.stdout.write(`\n${inputLines(input)}\n`);
  if (options.json !== undefined) {
    const document = { ...outcome, days: daily, changes, ...(input && { input }) };
    fs.writeFileSync(options.json, `${JSON.stringify(document, null, 2)}\n`);
  }
  if (options.report === undefined) return;
  const page = backTestReport({
    title: path.basename(options.input ?? options.fleet ?? "the bundled sample"),
    functions: history.subjects,
    ...outcome,
    before: asItIs.days,
    days: daily,
    changes,
    durationsGiven: options.input === undefined,
    notes: capLines(outcome.peaksAtCap),
  });
  await writeReport(options.report, page);
}

function asItIsOf(walked: Walked): AsItIs {
  const { invocations, daysBeyond, invocationsBeyond, meanSlackMB, costPerMonth } = walked;
  return { invocations, daysBeyond, invocationsBeyond, meanSlackMB, costPerMonth };
}

async function historyOf(
  { input, functionName, fleet: fleetFile, demand: demandFile, days }: BackTestArguments,
  stepMs: number,
): Promise<{ history: History; input?: InputSummary }> {
  if (input === undefined) {
    const fleet = fleetFile === undefined ? sampleFleet(days) : readFleet(fleetFile, days);
    const demand = demandFile === undefined ? undefined : await readDemand(demandFile, fleet);
    return { history: historyOfFleet(fleet, demand, stepMs) };
  }
  say(`reading ${input}`);
  const recorded = new RecordedHistory();
  const summary = await readReports(input, functionName, (report) => {
    recorded.add(report);
    if (recorded.reports % 100_000 !== 0) return;
    sayNowAndThen(() => `${recorded.reports} reports of ${recorded.functions} functions read so far`);
  });
  if (summary.used === 0) throw new InputError(`${input}: no row could be used.\n${inputLines(summary)}`);
  return { history: recorded.history(stepMs), input: summary };
}

command(main);
