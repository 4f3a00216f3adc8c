/** `--report FILE.html` */
import fs from "node:fs";
import { bundlePage } from "./bundle";
import type { ReportData } from "./data";
import { renderPage } from "./render";

/** Writes a report's page, and replaces the file's content. */
export async function writeReport(file: string, data: ReportData): Promise<void> {
  fs.writeFileSync(file, renderPage(data, await bundlePage()));
}
