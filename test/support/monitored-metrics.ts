/** The metrics that the alarms and the dashboard name, read from what the components register. */
import type { Resources } from "../components/mock-engine";

export interface NamedMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface AlarmInputs extends Partial<NamedMetric> {
  readonly alarmDescription: string;
  readonly evaluationPeriods: number;
  readonly period?: number;
  readonly threshold: number;
  readonly treatMissingData: string;
  readonly metricQueries?: readonly {
    readonly id: string;
    readonly expression?: string;
    readonly metric?: NamedMetric & { readonly period: number };
  }[];
}

export function alarmMetrics(resources: Resources): NamedMetric[] {
  return resources.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(({ inputs }) => {
    const { namespace, metricName, dimensions, metricQueries = [] } = inputs as unknown as AlarmInputs;
    if (namespace !== undefined && metricName !== undefined && dimensions) {
      return [{ namespace, metricName, dimensions }];
    }
    return metricQueries.flatMap(({ metric }) => metric ?? []);
  });
}

/** The metrics in rows, and those in searches. */
export function dashboardMetrics(resources: Resources): NamedMetric[] {
  return graphsOf(resources).flatMap(({ metrics }) => metrics.flatMap(metricsOfRow));
}

interface Graph {
  readonly title: string;
  readonly metrics: readonly (readonly unknown[])[];
}

export function graphsOf(resources: Resources): Graph[] {
  const { dashboardBody } = resources.one("aws:cloudwatch/dashboard:Dashboard").inputs;
  const { widgets } = JSON.parse(String(dashboardBody)) as { widgets: { type: string; properties: Graph }[] };
  return widgets.filter(({ type }) => type === "metric").map(({ properties }) => properties);
}

function metricsOfRow(row: readonly unknown[]): NamedMetric[] {
  const texts = row.filter((each): each is string => typeof each === "string");
  if (texts.length === 0) {
    const { expression } = row[0] as { expression: string };
    return expression.startsWith("SEARCH(") ? metricsOfSearch(expression) : [];
  }
  const [namespace = "", metricName = "", ...rest] = texts;
  return [{ namespace, metricName, dimensions: pairs(rest) }];
}

function metricsOfSearch(expression: string): NamedMetric[] {
  const [, terms = "", names = ""] =
    /^SEARCH\('(.*) MetricName=\((.*)\)', '\w+', \d+\)$/.exec(expression) ?? [];
  const { Namespace: namespace = "", ...dimensions } = Object.fromEntries(
    [...terms.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
  );
  return [...names.matchAll(/"([^"]*)"/g)].map(([, metricName]) => ({
    namespace,
    metricName: metricName!,
    dimensions,
  }));
}

function pairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: texts.length / 2 }, (_, i) => [texts[2 * i]!, texts[2 * i + 1]!]),
  );
}
