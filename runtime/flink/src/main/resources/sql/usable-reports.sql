-- What the windows are made of. COUNT_INVALID, in Java, counts what can't be used as the metric invalidRecords.
CREATE TEMPORARY VIEW usable_reports AS
SELECT *
FROM reports
WHERE COUNT_INVALID(isUsable) AND functionArn IS NOT NULL
