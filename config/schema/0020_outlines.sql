-- The border of what an event is about, as the map draws it: rings of `lat,lon lat,lon ...`, divided by `;` (streams/parse_area.py); '' where nobody told one.

ALTER TABLE city_events ADD COLUMN IF NOT EXISTS outline String CODEC(ZSTD(3)) AFTER area;
