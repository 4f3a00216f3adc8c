-- What windows and buckets are made of; what can't be used is counted in memory-pressure.sql.
CREATE TEMPORARY VIEW usable_reports AS
SELECT *
FROM reports
WHERE isUsable AND functionArn IS NOT NULL
