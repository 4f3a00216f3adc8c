/**
 * Loads what the first flush needs while the function itself starts, because Lambda waits for that anyway. Runs after
 * the first `/next`.
 */
import { collectGarbage, keepHeapSmall } from "./heap";
import { later } from "./later";
import type { Trust } from "./trust";

/**
 * Returns at once.
 *
 * @param trust undefined where the stream's endpoint doesn't use TLS.
 */
export function warmUp(trust: Trust | undefined): void {
  later(keepHeapSmall);
  later(load("crypto"));
  later(() => trust?.servername);
  later(() => trust?.secureContext);
  later(collectGarbage);
  // After the collection, which would otherwise move this small module to a page of its own.
  later(load("dns"));
}

/** @param module without `node:`, which the oldest Node versions don't know and the build can't remove here. */
function load(module: string): () => void {
  return () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late on purpose
    require(module);
  };
}
