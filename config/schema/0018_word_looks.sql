-- What is known of a device is asked for by everything that is told of devices: one small table says until when.

-- When somebody noted what all devices said last, when they did, and how all cases stand: every reading and step that had
-- arrived by then is in `device_heard`, `device_words` and `case_states`. Written after all three, so whoever is killed between
-- leaves the look before. (Rows of the device, or case, '' in those tables said the same before, and expire.)
CREATE TABLE IF NOT EXISTS word_looks
(
    noted DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY noted
TTL toDateTime(noted) + INTERVAL 7 DAY;

-- Each look writes anew whoever spoke in the last minutes. What it replaced is not left for a merge some time: every question
-- about devices would read it, five rows for one as measured.
ALTER TABLE device_heard MODIFY SETTING min_age_to_force_merge_seconds = 10;
ALTER TABLE device_words MODIFY SETTING min_age_to_force_merge_seconds = 10;

-- Where a device was, as `reading_spans` has it: blocks are read for the curves of a place, too. Those that were made without
-- are made anew at the next look.
TRUNCATE TABLE IF EXISTS window_notes;
TRUNCATE TABLE IF EXISTS reading_windows;
ALTER TABLE reading_windows ADD COLUMN IF NOT EXISTS lat Float32 CODEC(ZSTD(1));
ALTER TABLE reading_windows ADD COLUMN IF NOT EXISTS lon Float32 CODEC(ZSTD(1));
ALTER TABLE reading_windows ADD COLUMN IF NOT EXISTS district LowCardinality(String);
