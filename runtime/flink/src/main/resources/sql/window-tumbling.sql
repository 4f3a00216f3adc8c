-- windowType = tumbling: windows of windowLength, aligned to the epoch. A function enrolled in the middle of a window gets
-- a short first one.
CREATE TEMPORARY VIEW windowed_reports AS
SELECT *
FROM TABLE(TUMBLE(TABLE usable_reports, DESCRIPTOR(eventTime), ${windowLength}))
