"""The wall: read from ten metres, by nobody in particular, for months."""
