-- One tile of an MBTiles file: rows are counted from the south.
-- params: zoom, column, row
SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?
