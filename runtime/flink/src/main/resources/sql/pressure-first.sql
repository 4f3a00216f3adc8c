-- pressureInterval above 0s: of each reporter, version and memory size the first record is sent at once. Those of the
-- next pressureInterval are left out: they would ask for the same size. The job's own clock measures the interval, so no
-- record's time can open it. Flink forgets the first record after table.exec.state.ttl, which is pressureInterval.
CREATE TEMPORARY VIEW sent_memory_pressure AS
SELECT *
FROM (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY reporter, functionVersion, memorySizeMB ORDER BY readAt) AS place
    FROM memory_pressure
)
WHERE place = 1
