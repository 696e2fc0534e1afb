-- What was mended in a case step or an event, as `quality` says it of a reading: words with commas between, '' for none.
-- docs/messages.md lists them.

ALTER TABLE case_steps ADD COLUMN IF NOT EXISTS marks LowCardinality(String) AFTER contact;
ALTER TABLE city_events ADD COLUMN IF NOT EXISTS marks LowCardinality(String) AFTER sender;
