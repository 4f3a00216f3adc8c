/**
 * The Flink SQL table format {@code cloudwatch-logs-reports}: what a subscription of CloudWatch Logs sends, read as the
 * reports that Lambda writes to a function's log at the end of every invocation, a row each.
 *
 * <p>A record goes through {@link io.github.lambdamemoryoptimizer.cloudwatchlogs.Gunzip}, {@link
 * io.github.lambdamemoryoptimizer.cloudwatchlogs.LogRecordReader}, which has each line read by {@link
 * io.github.lambdamemoryoptimizer.cloudwatchlogs.TextReport} or {@link
 * io.github.lambdamemoryoptimizer.cloudwatchlogs.JsonReport}, and {@link
 * io.github.lambdamemoryoptimizer.cloudwatchlogs.ReportColumns}. A function may write any line to its own log: what is
 * no report exactly as Lambda writes it is left out and counted. Whether a report's figures are possible is the job's
 * to say, as of every other record.
 */
package io.github.lambdamemoryoptimizer.cloudwatchlogs;
