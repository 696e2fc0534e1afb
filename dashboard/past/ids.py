"""Names of the components that say which moment a page shows."""

AT = "past-at"
"""Store: the past moment (epoch ms) that the page shows; None is now. Set first with each frame."""
BAR = "past"
OPENER = "past-open"
