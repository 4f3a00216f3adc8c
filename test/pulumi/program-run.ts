/** Runs index.ts, in one checkout for a whole test run. */
import { checkout } from "./folders";
import { observe, type Observed } from "./monitor";

export const PROJECT = "lambda-memory-optimizer";

/** The first run checks the program's types, as `pulumi up` does. The others don't need to. */
const TRANSPILE_ONLY: NodeJS.ProcessEnv = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

let folder: string | undefined;

/** @param config a stack's config, keys without the project's name. */
export async function runProgram(
  config: Readonly<Record<string, string>>,
  env = TRANSPILE_ONLY,
): Promise<Observed> {
  folder ??= checkout();
  const keyed = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [`${PROJECT}:${key}`, value]),
  );
  return observe({ project: PROJECT, stack: "dev", folder, entryPoint: "index.ts", config: keyed, env });
}
