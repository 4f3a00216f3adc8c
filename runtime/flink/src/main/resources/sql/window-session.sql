-- windowType = session: a function's telemetry up to sessionGap of silence.
CREATE TEMPORARY VIEW windowed_reports AS
SELECT *
FROM TABLE(SESSION(TABLE usable_reports PARTITION BY reporter, DESCRIPTOR(eventTime), ${sessionGap}))
