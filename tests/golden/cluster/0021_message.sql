ALTER TABLE `yiping`.city_events_local ON CLUSTER `city` ADD COLUMN IF NOT EXISTS message String AFTER expires;

ALTER TABLE `yiping`.city_events ON CLUSTER `city` ADD COLUMN IF NOT EXISTS message String AFTER expires;

