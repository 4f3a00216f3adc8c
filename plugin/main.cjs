/* global __dirname, console, process */
// Pulumi starts this file as the plugin. It also runs in a clone in which nothing has been built yet.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const built = join(__dirname, "../dist/plugin/index.js");
if (!existsSync(built)) {
  console.error(
    `${built} is missing: run npm ci and npm run build in this clone, or add the npm package, which contains the built files.`,
  );
  process.exit(1);
}
require(built);
