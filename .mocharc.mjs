import fs from "node:fs";
import path from "node:path";

const files = fs
  .readdirSync(path.join(import.meta.dirname, "test"), { recursive: true })
  .filter((file) => file.endsWith(".test.ts"))
  .sort();
const inFolders = (...folders) => files.filter((file) => folders.includes(file.split(path.sep)[0]));

/** These hold the layer's processes to milliseconds. */
const exact = inFolders("layer");
/** These keep Flink busy, and with it more than one core. */
const busy = inFolders("backtest", "flink", "fleet");
const others = files.filter((file) => !exact.includes(file) && !busy.includes(file));
const share = others.length / busy.length;

/** Two files run at a time. The order has a busy one run beside several others, and none beside the exact ones. */
const inOrder = [
  ...exact,
  ...busy.flatMap((file, n) => [file, ...others.slice(Math.round(n * share), Math.round((n + 1) * share))]),
];

export default {
  import: "tsx",
  require: ["test/support/setup.ts"],
  spec: inOrder.map((file) => `test/${file}`),
  parallel: true,
  jobs: 2,
  timeout: 300_000,
  reporter: "test/support/reporter.ts",
  forbidOnly: true,
};
