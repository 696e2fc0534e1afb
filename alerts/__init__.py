"""From a picture to a decision."""
