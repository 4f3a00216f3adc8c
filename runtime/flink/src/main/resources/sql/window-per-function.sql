-- windowType = per-function: a window of windowLength from a function's own first report, then from its first report
-- after that. Flink SQL has no such window; PER_FUNCTION_WINDOWS, in Java, keeps its figures and its timer.
CREATE TEMPORARY VIEW function_windows AS
WITH used_columns AS (
    SELECT reporter, report
    FROM usable_reports
)
SELECT *
FROM PER_FUNCTION_WINDOWS(
    input => TABLE used_columns PARTITION BY reporter,
    uid   => 'per-function-windows'
)
