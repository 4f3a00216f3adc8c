/**
 * `npm run bench:updater [recommendations]`: runs recommendations (1,000 by default) against a control plane that
 * throttles at 15 requests a second and injects every fault, with sandboxes that die. Fails if one is lost, applied
 * twice or out of order, or if it takes more than 1.3 times as long as the limit alone dictates.
 */
import { faultRun } from "../test/updater/fault-run";

const MAX_RATIO = 1.3;

async function main(): Promise<void> {
  const recommendations = Number(process.argv[2] ?? 1_000);
  const { seconds, leastSeconds, ...rest } = await faultRun({
    recommendations,
    requestsPerSecond: 15,
    deaths: 3,
  });
  const ratio = seconds / leastSeconds;
  console.log({ recommendations, ...rest });
  console.log(
    `${seconds.toFixed(1)} s, ${ratio.toFixed(2)} times the ${leastSeconds.toFixed(1)} s that the limit dictates`,
  );
  if (ratio > MAX_RATIO) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
