/** CloudWatch Logs' rules for log group names, and the filter pattern for reports. */

/** A log group's name ("CreateLogGroup" in the CloudWatch Logs API reference), a regular expression. */
export const LOG_GROUP_NAME = "[.\\-_/#A-Za-z0-9]{1,512}";

/**
 * Matches both forms of Lambda's reports ("Filter pattern syntax" in the CloudWatch Logs User Guide: either term). An
 * application's line may match too; the Flink job tells them apart.
 */
export const REPORT_FILTER_PATTERN = '?"REPORT RequestId" ?"platform.report"';
