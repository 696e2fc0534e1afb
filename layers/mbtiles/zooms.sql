-- The zooms of which an MBTiles file has tiles.
-- params:
SELECT min(zoom_level), max(zoom_level) FROM tiles
