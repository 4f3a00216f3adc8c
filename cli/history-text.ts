/** The output of `history`. Pure. */
import { plainTable } from "../local/plain-table";
import { cpuMeanMs, meanMs } from "../runtime/sizing/measured";
import type { History } from "../runtime/updater/history-item";
import { count, milliseconds, minute } from "./text";

/** The length of the longest bar, in characters. */
const BAR = 40;
/** Eighths of a character. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

export function historyText(history: History): string {
  const { functionName, hold, pending } = history;
  return [
    functionName,
    "",
    ...changeLines(history),
    ...(pending
      ? [
          `Being changed since ${minute(pending.change.at)}: ${pending.change.from} → ${pending.change.to} MB.`,
        ]
      : []),
    ...(hold
      ? [
          `Held since ${minute(hold.since)}: ${hold.reason}${hold.until === undefined ? "" : `, until ${minute(hold.until)}`}.`,
        ]
      : []),
    "",
    ...figureLines(history),
  ].join("\n");
}

/** A row for each size that the function had, with a bar in proportion. */
function changeLines({ changes, memorySizeMB, originalMemorySizeMB }: History): string[] {
  const [first] = changes;
  if (!first) {
    return [
      memorySizeMB === undefined
        ? "It was never changed."
        : `It was set to ${memorySizeMB} MB by changes that are no longer kept.`,
    ];
  }
  const spans = [
    { at: "", sizeMB: first.from, why: first.from === originalMemorySizeMB ? "owner" : "" },
    ...changes.map(({ at, to, reason }) => ({ at: minute(at), sizeMB: to, why: reason })),
  ];
  const largest = Math.max(...spans.map(({ sizeMB }) => sizeMB));
  return plainTable(
    ["since (UTC)", "MB", "", "why"],
    spans.map(({ at, sizeMB, why }) => [at, String(sizeMB), bar(sizeMB / largest), why]),
    "lrll",
  );
}

function bar(part: number): string {
  const eighths = Math.max(1, Math.round(part * BAR * 8));
  return `${"█".repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8] ?? ""}`.padEnd(BAR);
}

/** The measurements at each size. They fade with time, so the counts are less than the sums of all days. */
function figureLines({ profile }: History): string[] {
  const sizes = (profile?.sizes ?? []).toSorted((a, b) => a.memorySizeMB - b.memorySizeMB);
  if (sizes.length === 0) return ["No durations have been measured yet."];
  return [
    ...plainTable(
      [
        "at MB",
        "invocation",
        "CPU time",
        "invocations",
        "errors",
        "timeouts",
        "out of memory",
        "until (UTC)",
      ],
      sizes.map((size) => {
        const cpuMs = cpuMeanMs(size);
        return [
          String(size.memorySizeMB),
          milliseconds(meanMs(size)),
          cpuMs === undefined ? "–" : milliseconds(cpuMs),
          count(size.invocations),
          count(size.errors),
          count(size.timeouts),
          count(size.outOfMemory),
          minute(size.at),
        ];
      }),
      "rrrrrrrl",
    ),
    "Older days count less: half as much after 30 days.",
  ];
}
