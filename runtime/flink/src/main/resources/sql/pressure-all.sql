-- pressureInterval = 0s: every record is sent.
CREATE TEMPORARY VIEW sent_memory_pressure AS
SELECT *
FROM memory_pressure
