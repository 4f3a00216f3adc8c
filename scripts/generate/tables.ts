/** Generates the tables of config keys in README and docs, each between two comments. */
import { CONFIG, DEPLOYMENT, SETTINGS } from "../../runtime/config-table";
import { environmentVariable } from "../../runtime/updater/environment";
import { defaultCell, limits, type Entry } from "../../runtime/prose";

/** @param current README.md. */
export function readmeTables(current: string): string {
  return between(between(current, "settings", configTable(SETTINGS)), "deployment", configTable(DEPLOYMENT));
}

/** @param current docs/layer.md. */
export function layerTable(current: string): string {
  const rows = [CONFIG.layerFlushInterval, CONFIG.layerLogLevel].map((entry: Entry & { argument: string }) =>
    row(
      `\`${environmentVariable(entry.argument.replace("layer.", ""))}\``,
      defaultCell(entry),
      meaning(entry),
    ),
  );
  return between(current, "layer", table(["variable", "default", "meaning"], rows));
}

function configTable(entries: Readonly<Record<string, Entry>>): string {
  const rows = Object.entries(entries).map(([key, entry]) =>
    row(`\`${key}\``, defaultCell(entry), meaning(entry)),
  );
  return table(["key", "default", "meaning"], rows);
}

function meaning(entry: Entry): string {
  const { description, document } = entry;
  return `${description} ${limits(entry)}${document === undefined ? "" : ` See [${document}](${document}).`}`;
}

export function table(heads: readonly string[], rows: readonly string[]): string {
  return [row(...heads), row(...heads.map(() => "---")), ...rows].join("\n");
}

export function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The document with the text between the two comments of that name replaced. */
export function between(document: string, name: string, content: string): string {
  const start = `<!-- generated: ${name} (npm run generate) -->`;
  const end = `<!-- end: ${name} -->`;
  const [head, rest] = document.split(start);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`The document has no ${start} … ${end}.`);
  return `${head}${start}\n\n${content}\n\n${end}${tail}`;
}
