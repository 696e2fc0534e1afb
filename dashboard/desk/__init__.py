"""The desk: the duty officer's screen."""
