"""From rows to a picture of the city at one moment."""
