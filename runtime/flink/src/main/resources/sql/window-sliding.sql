-- windowType = sliding: each slide, the windowLength before it, aligned to the epoch.
CREATE TEMPORARY VIEW windowed_reports AS
SELECT *
FROM TABLE(HOP(TABLE usable_reports, DESCRIPTOR(eventTime), ${slide}, ${windowLength}))
