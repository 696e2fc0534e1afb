ALTER TABLE `yiping`.city_events_local ON CLUSTER `city` ADD COLUMN IF NOT EXISTS outline String CODEC(ZSTD(3)) AFTER area;

ALTER TABLE `yiping`.city_events ON CLUSTER `city` ADD COLUMN IF NOT EXISTS outline String CODEC(ZSTD(3)) AFTER area;

