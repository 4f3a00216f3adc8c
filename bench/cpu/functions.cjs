/**
 * Four functions whose work is the same at every memory size: `node functions.cjs NAME` does it once for each line on
 * its standard input, and answers with its process's CPU time in milliseconds.
 */
const { createHash } = require("node:crypto");
const process = require("node:process");
const { createInterface } = require("node:readline");
const { setTimeout: delay } = require("node:timers/promises");
const { isMainThread, parentPort, Worker } = require("node:worker_threads");

/** Some 100 ms of one processor. */
const WORK = 100_000;

/** @param {number} rounds of hashing, on this thread. */
function work(rounds) {
  let hash = "start";
  for (let round = 0; round < rounds; round += 1) hash = createHash("sha256").update(hash).digest("hex");
}

function twoThreads() {
  const workers = [new Worker(module.filename), new Worker(module.filename)];
  return () =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve) => {
            worker.once("message", resolve);
            worker.postMessage(WORK);
          }),
      ),
    );
}

const functions = {
  busy: () => () => {
    work(WORK);
  },
  waiting: () => async () => {
    work(WORK / 10);
    await delay(150);
  },
  mixed: () => async () => {
    work(WORK / 4);
    await delay(50);
    work(WORK / 4);
    await delay(50);
  },
  "two-threads": twoThreads,
};

function tellCpuTime() {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${(user + system) / 1_000}\n`);
}

async function main() {
  const handler = functions[process.argv[2]]();
  for (let warmUp = 0; warmUp < 3; warmUp += 1) await handler();
  tellCpuTime();
  const lines = createInterface({ input: process.stdin });
  lines.on("line", () => void Promise.resolve(handler()).then(tellCpuTime));
  lines.on("close", () => process.exit());
}

if (isMainThread) void main();
else {
  parentPort.on("message", (rounds) => {
    work(rounds);
    parentPort.postMessage("done");
  });
}
