/* global setInterval */
// The least that any extension on Node costs: it reports that it is up, and waits.
require("node:fs").writeSync(1, ".");
setInterval(() => undefined, 1_000_000);
