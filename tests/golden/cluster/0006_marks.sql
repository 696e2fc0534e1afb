ALTER TABLE `yiping`.case_steps_local ON CLUSTER `city` ADD COLUMN IF NOT EXISTS marks LowCardinality(String) AFTER contact;

ALTER TABLE `yiping`.case_steps ON CLUSTER `city` ADD COLUMN IF NOT EXISTS marks LowCardinality(String) AFTER contact;

ALTER TABLE `yiping`.city_events_local ON CLUSTER `city` ADD COLUMN IF NOT EXISTS marks LowCardinality(String) AFTER sender;

ALTER TABLE `yiping`.city_events ON CLUSTER `city` ADD COLUMN IF NOT EXISTS marks LowCardinality(String) AFTER sender;

