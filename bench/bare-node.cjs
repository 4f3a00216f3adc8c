/* global setInterval */
// What any extension on Node costs at least: it says that it is there, and waits.
require("node:fs").writeSync(1, ".");
setInterval(() => undefined, 1_000_000);
