-- Rollups once more, by device: the curves of a day of one device, or of those of a cell, are five minutes of few devices.

-- A part of the table and its projection are written as one, so what holds for the buckets holds for it; who reads it counts, of a
-- bucket, the rows of the greatest version, as FINAL does. Parts that become one without old versions get theirs made anew.
ALTER TABLE reading_spans MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';
ALTER TABLE reading_spans ADD PROJECTION IF NOT EXISTS by_device
(
    SELECT span, metric, start, device, total, least, most, readings, lat, lon, cell, district, version
    ORDER BY device, span, metric, start
);
ALTER TABLE reading_spans MATERIALIZE PROJECTION by_device;
