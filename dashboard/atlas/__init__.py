"""One map 一张图: every layer, from the city down to one device; the address holds the view."""
