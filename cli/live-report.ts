/** `report --html`: the report page, from the live history table. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verdictOf } from "../local/verdict";
import type { PageBundle } from "../report/bundle";
import type { ReportData } from "../report/data";
import { reportData } from "../report/from-run";
import { renderPage } from "../report/render";
import type { History } from "../runtime/updater/history-item";
import { believedSizes } from "../runtime/updater/known-sizes";
import { Failure } from "./failure";
import { Fleet } from "./fleet";
import type { ConnectionOptions } from "./options";
import { functionState, knownSizeMB } from "./saving";
import { minute } from "./text";

/** The page's script and style. The build puts them beside the bundle. */
const PAGE = join(__dirname, "report-page.json");

export async function writeLiveReport(file: string, options: ConnectionOptions): Promise<void> {
  const fleet = await Fleet.open(options);
  const histories = await fleet.histories();
  const data = liveReport(fleet.table, histories, fleet.aws.region, Date.now());
  const page = renderPage(data, JSON.parse(readFileSync(PAGE, "utf8")) as PageBundle);
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new Failure(
      `The page can't be written: ${(error as Error).message}; name another file with --html.`,
    );
  }
  console.log(`${file}: ${histories.length.toLocaleString("en-US")} functions`);
}

/** @param nowMs milliseconds since the epoch. */
export function liveReport(
  title: string,
  histories: readonly History[],
  region: string,
  nowMs: number,
): ReportData {
  const byName = new Map(histories.map((history) => [history.functionName, history]));
  const nothing = { gbSeconds: 0, dollars: 0 };
  const rows = histories
    .map((history) => ({ history, state: functionState(history, region, nowMs) }))
    .sort((a, b) => (a.history.functionName < b.history.functionName ? -1 : 1))
    .flatMap(({ history: { functionName }, state }) => {
      const { memorySizeMB, originalMemorySizeMB, before, saved, held } = state;
      if (memorySizeMB === null) return [];
      return [
        {
          functionName,
          // The history doesn't contain the account. The page shows it only for fleets with several.
          functionArn: `arn:aws:lambda:${region}::function:${functionName}`,
          fromMB: originalMemorySizeMB ?? memorySizeMB,
          toMB: memorySizeMB,
          basis: undefined,
          cost: before ?? nothing,
          saving: saved ?? nothing,
          ...(held !== null && { note: `held: ${held}` }),
        },
      ];
    });
  const unknown = rows.filter(({ cost }) => cost === nothing).length;
  return reportData({
    title,
    kind: "deployed",
    applied: true,
    durationsFollowSize: true,
    rows,
    decisions: [],
    changes: histories.flatMap(({ functionName, changes }) =>
      changes.map(({ at, from, to, reason }) => ({ functionName, at, from, to, reason })),
    ),
    measured: (functionName) => {
      const history = byName.get(functionName);
      return history ? believedSizes(history, knownSizeMB(history) ?? 0) : [];
    },
    verdict: verdictOf(rows),
    notes: [
      `From the history table ${title} as of ${minute(new Date(nowMs).toISOString())} UTC. Costs are based on the window before each function's last change, and on the price of x86_64 in ${region}.`,
      ...(unknown > 0
        ? [`The cost of ${unknown} of them is unknown, because none of their changes has such a window.`]
        : []),
    ],
  });
}
