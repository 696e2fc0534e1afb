"""From decisions to screens."""
