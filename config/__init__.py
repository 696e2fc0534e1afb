"""What a city is and how this machine runs."""
