-- With a logs stream: what the layers saw, and what the logs say. The reporter is the function's ARN, and what the logs
-- say has ` logs` after it: nothing on the telemetry stream can have that, for no ARN that is used has a space.
--
-- A function that has both is two reporters. Each has windows, observations and memory pressure of its own, so that
-- nothing is added up twice; the updater, which sees whether the function carries the layer, goes by one of the two
-- (eligibility.ts). Were they put together here, whoever may write to the telemetry stream could speak for the functions
-- that have joined by their logs.
CREATE TEMPORARY VIEW sources AS
SELECT functionArn AS reporter, *
FROM telemetry
UNION ALL
SELECT functionArn || ' logs' AS reporter, *
FROM logs
