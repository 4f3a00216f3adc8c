import type { ReportData } from "../../report/data";

/** The data that a report's page carries. */
export function dataOf(html: string): ReportData {
  const [, json = ""] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html) ?? [];
  return JSON.parse(json) as ReportData;
}
