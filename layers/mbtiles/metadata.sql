-- What an MBTiles file says of itself.
-- params:
SELECT name, value FROM metadata
