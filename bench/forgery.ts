/**
 * `npm run bench:forgery [-- PART_OF_A_NAME]`: runs each forged scenario through the real jar and the real updater. A
 * row shows what the victim ends with and how long it took, next to what it ended with before there were any defences.
 * Fails if a victim is harmed.
 */
import Table from "cli-table3";
import { build, RUNTIME_ARTEFACTS } from "../scripts/build";
import { ForgeryPipeline } from "./forgery/pipeline";
import { SCENARIOS, type Ending, type Scenario } from "./forgery/scenarios";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

async function main(): Promise<void> {
  const [wanted = ""] = process.argv.slice(2);
  await build(console.error, RUNTIME_ARTEFACTS);
  const table = new Table({
    head: ["forged", "before", "victim ends with", "after", ""],
    style: { head: [], border: [] },
  });
  for (const scenario of SCENARIOS.filter(({ name }) => name.includes(wanted))) {
    console.error(scenario.name);
    const { victim, isSafe, seconds } = await play(scenario);
    if (!isSafe) process.exitCode = 1;
    table.push([
      scenario.name,
      scenario.before,
      victim,
      `${seconds.toFixed(0)} s`,
      isSafe ? "safe" : "HARMED",
    ]);
  }
  console.log(table.toString());
}

async function play({ victim, settings, run }: Scenario): Promise<Ending & { seconds: number }> {
  const pipeline = await ForgeryPipeline.start(victim, settings);
  try {
    const beganMs = performance.now();
    const ending = await run(pipeline);
    return { ...ending, seconds: (performance.now() - beganMs) / 1_000 };
  } finally {
    await pipeline.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
