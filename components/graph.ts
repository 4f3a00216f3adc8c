/** The dashboard's graphs, in CloudWatch's format ("Dashboard body structure and syntax", CloudWatch API Reference). */
import { FLINK_NAMESPACE, type Metric } from "./metrics";

/** A row of a graph's metrics. */
export type Series = readonly unknown[];

export interface Graph {
  readonly title: string;
  readonly series: readonly Series[];
  /** In seconds. */
  readonly period: number;
  readonly view?: "timeSeries" | "singleValue" | "bar";
  readonly stacked?: boolean;
}

/** Periods, in seconds. */
export const QUARTER_HOUR = 900;
export const DAY = 86_400;

export function propertiesOf(
  { title, series, period, view = "timeSeries", stacked = false }: Graph,
  region: string,
) {
  return { title, region, period, view, stacked, metrics: series, yAxis: { left: { min: 0 } } };
}

export function line(metric: Metric<string>, stat: string, label: string): Series {
  return [...inRow(metric), { stat, label }];
}

/** A hidden metric, which an expression uses by this id. */
export function hidden(metric: Metric<string>, id: string): Series {
  return [...inRow(metric), { stat: "Sum", id, visible: false }];
}

function inRow({ namespace, metricName, dimensions }: Metric<string>): Series {
  return [namespace, metricName, ...Object.entries(dimensions).flat()];
}

/**
 * The job's own metrics. Managed Flink turns each group around a metric into a dimension ("Use custom metrics with Amazon
 * Managed Service for Apache Flink"), so a search finds them by the dimension `Application`.
 */
export function ofJob(metricNames: readonly string[], application: string, label: string): Series {
  return search(FLINK_NAMESPACE, { Application: application }, metricNames, "Maximum", QUARTER_HOUR, label);
}

/** All metrics with one of these names and these dimensions, among others ("CloudWatch search expression syntax"). */
export function search(
  namespace: string,
  dimensions: Readonly<Record<string, string>>,
  metricNames: readonly string[],
  stat: string,
  period: number,
  label: string,
): Series {
  const terms = Object.entries({ Namespace: namespace, ...dimensions }).map(([key, is]) => `${key}="${is}"`);
  const names = metricNames.map((name) => `"${name}"`).join(" OR ");
  const expression = `SEARCH('${terms.join(" ")} MetricName=(${names})', '${stat}', ${period})`;
  return [{ expression, label }];
}
