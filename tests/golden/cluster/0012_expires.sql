ALTER TABLE `yiping`.city_events_local ON CLUSTER `city` ADD COLUMN IF NOT EXISTS expires Nullable(DateTime64(3, 'UTC')) AFTER marks;

ALTER TABLE `yiping`.city_events ON CLUSTER `city` ADD COLUMN IF NOT EXISTS expires Nullable(DateTime64(3, 'UTC')) AFTER marks;

