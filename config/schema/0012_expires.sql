-- When an event is over by itself, as its sender said (CAP: expires). What the newest word says counts; NULL is not said.

ALTER TABLE city_events ADD COLUMN IF NOT EXISTS expires Nullable(DateTime64(3, 'UTC')) AFTER marks;
