-- Without a logs stream: what the layers saw. The reporter is the function (see sources-layer-and-logs.sql).
CREATE TEMPORARY VIEW sources AS
SELECT functionArn AS reporter, *
FROM telemetry
