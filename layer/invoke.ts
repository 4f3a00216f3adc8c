/** The state in which a handler runs. Due reports are sent in parallel with it, which costs no billed time. */
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
