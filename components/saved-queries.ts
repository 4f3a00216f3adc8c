/** CloudWatch Logs Insights queries for the updater's log. runtime/updater/report.ts writes its lines. */

/** The queries' texts, keyed by the end of their names. */
export const SAVED_QUERIES: Readonly<Record<string, string>> = {
  "changes of the last week": `
fields @timestamp, functionName, from, to, reason, detail, estimatedDollarsPerMonth, predicted.slowdown
| filter message = "decision" and status = "applied"
| filter toMillis(@timestamp) > (now() - 7 * 86400) * 1000
| sort @timestamp desc
| limit 10000`,
  "why is this function skipped": `
# Put the function's name in place of my-function.
fields @timestamp, status, reason, detail, from, to, recommendedMemorySizeMB, predicted.memorySizeMB, predicted.slowdownAtMost, predicted.cost
| filter message = "decision" and functionName = "my-function"
| sort @timestamp desc
| limit 100`,
  "biggest savers": `
filter message = "decision" and status = "applied"
| stats sum(estimatedDollarsPerMonth) as dollarsPerMonth, count(*) as changes, latest(to) as memorySizeMB by functionName
| sort dollarsPerMonth desc
| limit 100`,
  "slowed functions": `
fields @timestamp, functionName, status, reason, from, to, predicted.slowdown, measured.slowdown, coalesce(measured.slowdown, predicted.slowdown) as slowdown
| filter message = "decision" and (measured.slowdown > 1.05 or (status = "applied" and predicted.slowdown > 1.05))
| sort slowdown desc
| limit 100`,
};
