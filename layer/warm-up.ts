/**
 * Does what the first flush would wait for while the function itself still starts, which Lambda waits for anyway; not
 * before the first `/next`.
 */
import { collectGarbage, keepHeapSmall } from "./heap";
import { later } from "./later";
import type { Trust } from "./trust";

/**
 * Returns at once.
 *
 * @param trust where the stream's endpoint is one over TLS.
 */
export function warmUp(trust: Trust | undefined): void {
  later(keepHeapSmall);
  later(load("crypto"));
  later(() => trust?.servername);
  later(() => trust?.secureContext);
  later(collectGarbage);
  // Behind the collection, which would give the little that it is a page of its own.
  later(load("dns"));
}

/** @param module without `node:`, which the oldest nodes don't know and the build can't take off a variable. */
function load(module: string): () => void {
  return () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- that they load late is the point
    require(module);
  };
}
