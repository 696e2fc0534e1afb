ALTER TABLE `yiping`.reading_spans_local ON CLUSTER `city` MODIFY SETTING deduplicate_merge_projection_mode = 'rebuild';

ALTER TABLE `yiping`.reading_spans_local ON CLUSTER `city` ADD PROJECTION IF NOT EXISTS by_device
(
    SELECT span, metric, start, device, total, least, most, readings, lat, lon, cell, district, version
    ORDER BY device, span, metric, start
);

ALTER TABLE `yiping`.reading_spans_local ON CLUSTER `city` MATERIALIZE PROJECTION by_device;

