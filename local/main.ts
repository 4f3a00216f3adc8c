/** The one-machine run: `npm start`. Progress goes to standard error, the outcome to standard output. */
import { once } from "node:events";
import fs from "node:fs";
import { durationMs } from "../runtime/duration";
import { SettingError } from "../runtime/settings";
import { recordingReport } from "../report/from-run";
import { writeReport } from "../report/write";
import { build, BuildError, RUNTIME_ARTEFACTS } from "../scripts/build";
import { helpText, parseArguments, UsageError } from "./arguments";
import { FlinkError } from "./flink";
import { showFleet } from "./fleet/show";
import { InputError, readReports, type InputSummary } from "./input/read";
import { checkWritable } from "./json-file";
import { ProcessError } from "./process-watch";
import { runPipeline } from "./pipeline";
import { Progress } from "./progress";
import { Recording } from "./recording";
import { replay } from "./replay";
import { fleetTable, inputLines, jsonDocument, wantsColor } from "./report";
import { reportRows } from "./report-rows";
import { createRunDirectory } from "./run-directory";
import { verdictLines, verdictOf } from "./verdict";

const progress = new Progress();
const { say, sayNowAndThen } = progress;

async function main(signal: AbortSignal): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(helpText());
    return;
  }
  const { settings } = options;
  if (options.json !== undefined) checkWritable("--json", options.json);
  if (options.report !== undefined) checkWritable("--report", options.report);
  const color = wantsColor(process.stdout, process.env);
  if (options.input === undefined) {
    const { text, document, report } = await showFleet(options, progress, { color, signal });
    process.stdout.write(`\n${text}\n`);
    writeJson(options.json, document);
    if (options.report !== undefined) await writeReport(options.report, report());
    return;
  }
  say(`reading ${options.input}`);
  const recording = new Recording(durationMs(settings.bucketLength) ?? 0, options.fold);
  const input = await Promise.race([record(recording, options.input, options.functionName), aborted(signal)]);
  if (input.used === 0) throw new InputError(`${options.input}: no row could be used.\n${inputLines(input)}`);
  const { observed, firstReportMs, lastReportMs, lives, foldedInProcess } = recording;
  say(`${recording.reports} reports of ${observed.size} functions`);
  await build(say, RUNTIME_ARTEFACTS);

  say(
    foldedInProcess ? "folding in this process" : `replaying them through ${lives} sandboxes with the layer`,
  );
  const directory = createRunDirectory();
  const result = await runPipeline({
    settings,
    homes: recording.homes,
    lastReportMs,
    directory,
    progress: say,
    progressNowAndThen: sayNowAndThen,
    signal,
    play: (home, telemetryStreamArn, kinesis, signal) =>
      replay(recording, {
        home,
        telemetryStreamArn,
        kinesis,
        signal,
        parentDirectory: directory,
        onProgress: (done, startMs) => {
          sayNowAndThen(
            () => `${Math.round(done * 100)}% played, up to ${new Date(startMs).toISOString().slice(0, 16)}Z`,
          );
        },
      }),
  });

  const { updateMode } = settings;
  const rows = reportRows(observed.values(), {
    ...result,
    updateMode,
    observedMs: lastReportMs - firstReportMs,
  });
  const table = fleetTable(rows, {
    color,
    recommendOnly: updateMode === "recommend",
  });
  process.stdout.write(`\n${table}\n`);
  const verdict = verdictOf(rows, recording.homes.length);
  process.stdout.write(`\n${[...verdictLines(verdict), inputLines(input)].join("\n")}\n`);
  writeJson(options.json, { ...jsonDocument(result.recommendations, result.decisions, input), verdict });
  if (options.report !== undefined) {
    await writeReport(
      options.report,
      recordingReport(options.input, settings, rows, result.decisions, verdict),
    );
  }
}

function writeJson(file: string | undefined, document: unknown): void {
  if (file !== undefined) fs.writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
}

async function record(
  recording: Recording,
  input: string,
  functionName: string | undefined,
): Promise<InputSummary> {
  return readReports(input, functionName, (report) => {
    recording.add(report);
    if (recording.reports % 10_000 !== 0) return;
    sayNowAndThen(() => `${recording.reports} reports of ${recording.observed.size} functions read so far`);
  });
}

/** Rejects when the run is interrupted: a FIFO may never get a writer. */
async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw signal.reason;
}

const TOLD_IN_A_SENTENCE = [InputError, BuildError, FlinkError, ProcessError];

/** What the user can mend is told in a sentence; anything else is a fault of ours, and keeps its stack. */
function explain(error: unknown): { text: string; exitCode: number } {
  if (error instanceof UsageError || error instanceof SettingError)
    return { text: error.message, exitCode: 2 };
  if (TOLD_IN_A_SENTENCE.some((kind) => error instanceof kind)) {
    return { text: (error as Error).message, exitCode: 1 };
  }
  const { code, path: file } = error as NodeJS.ErrnoException;
  if (code !== undefined && file !== undefined)
    return { text: `${file}: ${(error as Error).message}.`, exitCode: 1 };
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 };
}

// The SDK would say on every run which Node it will need next year.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const stopped = new AbortController();
for (const [signal, status] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    process.exitCode = status;
    stopped.abort();
  });
}
main(stopped.signal)
  .catch((error: unknown) => {
    if (stopped.signal.aborted) return;
    const { text, exitCode } = explain(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  })
  // Whatever still runs is a child, and ends with this process.
  .finally(() => process.exit());
