/** The state in which a handler runs: what is due goes out in parallel with it, where time costs nothing. */
import type { Flush } from "./flush";
import type { Invocations } from "./invocations";
import { later } from "./later";
import type { InvokeEvent } from "./next";

/** Never waits. */
export function invoke(
  { requestId }: InvokeEvent,
  { flush, invocations }: { flush: Flush; invocations: Invocations },
): void {
  invocations.begin(requestId);
  later(() => {
    flush.ifDue();
  });
}
