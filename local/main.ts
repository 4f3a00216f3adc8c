/** The one-machine run: `npm start`. Progress goes to standard error, the outcome to standard output. */
import fs from "node:fs";
import { durationMs } from "../runtime/duration";
import { recordingReport } from "../report/from-run";
import { writeReport } from "../report/write";
import { build, RUNTIME_ARTEFACTS } from "../scripts/build";
import { helpText, parseArguments, type Arguments } from "./arguments";
import { aborted, command } from "./command";
import { showFleet } from "./fleet/show";
import { InputError, readReports, type InputKind, type InputSummary } from "./input/read";
import type { Report } from "./input/report";
import { checkWritable } from "./json-file";
import { withoutExpectations } from "./decision";
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
  const input = await Promise.race([record(recording, options.input, options), aborted(signal)]);
  if (input.used === 0) throw new InputError(`${options.input}: no row could be used.\n${inputLines(input)}`);
  const { observed, firstReportMs, lastReportMs, lives, foldedInProcess } = recording;
  say(`${recording.reports} reports of ${observed.size} functions`);
  await build(say, RUNTIME_ARTEFACTS);

  const via = recording.logFormat === undefined ? "layer" : "logs";
  const byLayer = foldedInProcess
    ? "folding in this process"
    : `replaying them through ${lives} sandboxes with the layer`;
  say(via === "logs" ? "delivering them as a subscription to the functions' logs" : byLayer);
  const directory = createRunDirectory();
  const result = await runPipeline({
    settings,
    homes: recording.homes,
    lastReportMs,
    directory,
    progress: say,
    progressNowAndThen: sayNowAndThen,
    signal,
    via,
    play: (home, streams, kinesis, signal) =>
      replay(recording, {
        ...streams,
        home,
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

  const decisions = foldedInProcess ? result.decisions : result.decisions.map(withoutExpectations);
  const { updateMode } = settings;
  const rows = reportRows(observed.values(), {
    ...result,
    decisions,
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
  writeJson(options.json, { ...jsonDocument(result.recommendations, decisions, input), verdict });
  if (options.report !== undefined) {
    await writeReport(options.report, recordingReport(options.input, settings, rows, decisions, verdict));
  }
}

function writeJson(file: string | undefined, document: unknown): void {
  if (file !== undefined) fs.writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
}

async function record(
  recording: Recording,
  input: string,
  { functionName, via, fold }: Arguments,
): Promise<InputSummary> {
  const add = (report: Report) => {
    recording.add(report);
    if (recording.reports % 10_000 !== 0) return;
    sayNowAndThen(() => `${recording.reports} reports of ${recording.observed.size} functions read so far`);
  };
  // Reports that come from logs join by logs, unless the layer is to fold them.
  const byDefault = (kind: InputKind) => (kind === "csv" || fold !== "auto" ? "layer" : "logs");
  return readReports(input, functionName, add, (kind) => {
    if ((via ?? byDefault(kind)) === "logs") recording.joinByLogs(kind === "events" ? "json" : "text");
  });
}

command(main);
