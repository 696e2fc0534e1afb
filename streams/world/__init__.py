"""A believable city, as a pure function of (seed, place, time): devices, weather, rivers, cases and events.

Nothing here reads a clock, a file or global randomness: the same world asked for the same minute says the same bytes.
It exists so that a first visitor, a test and a demonstration have a city that lives; its numbers are made up.
"""
