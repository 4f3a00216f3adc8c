/**
 * Turns a run's decisions into the table's rows. Each function has one row, for one decision and the figures behind it.
 */
import type { Settings } from "../runtime/settings";
import { homeName, homeOf } from "./home";
import type { Decision, Expectation } from "./decision";
import type { Observed } from "./recording";
import type { ReportRow } from "./report";
import { monthlyCost, monthlySaving } from "./savings";

export interface Outcome {
  readonly decisions: readonly Decision[];
  /** The last sizes, by function ARN. */
  readonly memorySizesMB: ReadonlyMap<string, number>;
  readonly updateMode: Settings["updateMode"];
  /** How long the fleet was observed, in milliseconds. */
  readonly observedMs: number;
}

/** A row, with the ARN that tells its function from one of the same name in another account or region. */
export type FunctionRow = ReportRow & Pick<Observed, "functionArn">;

/** A row for each function, in the order in which they were observed. */
export function reportRows(
  functions: Iterable<Pick<Observed, "functionName" | "functionArn" | "memorySizeMB" | "billedDurationMs">>,
  outcome: Outcome,
): FunctionRow[] {
  const decided = new Map<string, Decision>();
  const recommended = new Map<string, Decision["recommendation"]>();
  for (const decision of outcome.decisions) {
    if (decision.recommendation) recommended.set(decision.functionArn, decision.recommendation);
    if (speaksFor(decision, decided.get(decision.functionArn))) decided.set(decision.functionArn, decision);
  }
  const observed = [...functions];
  const homes = new Set(observed.map(({ functionArn }) => homeName(homeOf(functionArn))));
  return observed.map(({ functionName, functionArn, memorySizeMB: fromMB, billedDurationMs }) => {
    const decision = decided.get(functionArn);
    const toMB = sizeAfter(functionArn, fromMB, decision, outcome);
    const usage = { billedDurationMs, observedMs: outcome.observedMs, region: homeOf(functionArn).region };
    return {
      functionName,
      functionArn,
      ...(homes.size > 1 && { home: homeName(homeOf(functionArn)) }),
      fromMB,
      toMB,
      // A change that an observation took back is based on the recommendation before it.
      basis: decision?.recommendation ?? recommended.get(functionArn),
      cost: monthlyCost(fromMB, usage),
      saving: monthlySaving({ fromMB, toMB, ...usage }),
      note: decision && noteOf(decision, toMB),
    };
  });
}

/** The row shows the last change, even if later decisions changed nothing; without any change, the last decision. */
function speaksFor(decision: Decision, before: Decision | undefined): boolean {
  return decision.status === "applied" || before?.status !== "applied";
}

function sizeAfter(
  functionArn: string,
  fromMB: number,
  decision: Decision | undefined,
  { memorySizesMB, updateMode }: Outcome,
): number {
  if (updateMode === "apply") return memorySizesMB.get(functionArn) ?? fromMB;
  return decision?.reason === "recommend-mode" ? (decision.to ?? fromMB) : fromMB;
}

function noteOf(decision: Decision, toMB: number): string | undefined {
  const clauses = [reasonOf(decision, toMB), expectationOf(decision)].filter(
    (clause) => clause !== undefined,
  );
  return clauses.length === 0 ? undefined : clauses.join(": ");
}

function reasonOf({ status, reason, recommendation }: Decision, toMB: number): string | undefined {
  if (toMB === recommendation?.recommendedMemorySizeMB) return undefined;
  if (!recommendation || (status !== "applied" && reason !== "recommend-mode")) return reason;
  const why = status === "applied" ? reason : recommendation.reason;
  return `${why}, where ${recommendation.recommendedMemorySizeMB} MB were recommended`;
}

/** What the updater expected from its decision: durations and dollars a month, before and after. */
function expectationOf({ from, now, predicted, faster }: Decision): string | undefined {
  if (now?.durationMs === undefined || predicted?.durationMs === undefined) return undefined;
  const told = (memorySizeMB: number, { durationMs, dollarsPerMonth }: Expectation) => {
    const dollars = dollarsPerMonth === undefined ? "" : ` and $${dollarsPerMonth.toFixed(2)} a month`;
    return `${inMs(durationMs ?? 0)} ms${dollars} at ${memorySizeMB} MB`;
  };
  const there = predicted.memorySizeMB === from ? [] : [told(predicted.memorySizeMB, predicted)];
  const up = faster ? [told(faster.memorySizeMB, faster)] : [];
  return [told(from ?? 0, now), ...there, ...up].join(", ");
}

/** Three significant digits, or all digits before the decimal point. */
function inMs(durationMs: number): string {
  return durationMs.toLocaleString("en-US", {
    maximumSignificantDigits: Math.max(3, Math.floor(Math.log10(Math.max(durationMs, 1))) + 1),
    minimumSignificantDigits: 3,
  });
}
