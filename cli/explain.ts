/** `explain`: reads everything that the next decision about a function depends on. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Deadline } from "../runtime/updater/deadline";
import { deploymentFromEnvironment, NO_ENROLMENT } from "../runtime/updater/deployment";
import { environmentVariable, settingsFromEnvironment } from "../runtime/updater/environment";
import { LambdaFunctions } from "../runtime/updater/lambda-functions";
import { emptyHistory } from "../runtime/updater/history-item";
import { behindAlias, latest } from "../runtime/updater/targets";
import { explanation, type Known } from "./explanation";
import { Failure } from "./failure";
import { Fleet } from "./fleet";
import type { ConnectionOptions } from "./options";

/** The meaning of each skip reason, which the build takes from docs/operations.md. */
const REASONS = join(__dirname, "skip-reasons.json");

const TABLE_VARIABLE = environmentVariable("historyTable");
const DEADLINE_MS = 60_000;

/** @returns one sentence per line. */
export async function explain(functionName: string, options: ConnectionOptions): Promise<string[]> {
  const fleet = await Fleet.open(options);
  const known = await knownSettings(fleet);
  const live = await readLive(functionName, known.settings.aliasName, fleet);
  const history = (await fleet.historyIfAny(functionName)) ?? emptyHistory(functionName);
  const meanings = JSON.parse(readFileSync(REASONS, "utf8")) as Record<string, string>;
  const sentences = explanation({ ...known, live, history, nowMs: Date.now(), meanings });
  return known.problem === undefined ? sentences : [...sentences, known.problem];
}

/** The updater's settings, or the defaults if they can't be read. */
async function knownSettings(
  fleet: Fleet,
): Promise<Pick<Known, "settings" | "enrolment"> & { readonly problem?: string }> {
  try {
    const environment = await fleet.settingsEnvironment();
    return {
      settings: settingsFromEnvironment(environment),
      enrolment: deploymentFromEnvironment({ [TABLE_VARIABLE]: fleet.table, ...environment }).enrolment,
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {
      settings: settingsFromEnvironment({}),
      enrolment: NO_ENROLMENT,
      problem: `This assumes the default settings, because the updater's can't be read: ${error.message}`,
    };
  }
}

async function readLive(functionName: string, aliasName: string, fleet: Fleet): Promise<Known["live"]> {
  const { lambda } = fleet.aws;
  const deadline = new Deadline(DEADLINE_MS);
  const functions = new LambdaFunctions({ reads: lambda, updates: lambda }, deadline);
  const call = <T>(send: () => Promise<T>) =>
    fleet.aws.call("lambda:GetFunction", `function ${functionName}`, send);
  if (aliasName !== "") {
    const read = await call(behindAlias(functions, functionName, aliasName, deadline));
    // A function without the alias isn't published.
    if (read !== "no-such-alias" && read !== "no-such-function")
      return typeof read === "string" ? read : read.live;
  }
  const read = await call(latest(functions, functionName));
  if (read === "no-such-function") {
    // Throws with similar names if the function has no history either.
    await fleet.history(functionName);
    return read;
  }
  return typeof read === "string" ? read : read.live;
}
