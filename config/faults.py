"""The base of every error that a person can mend. Pure."""

from __future__ import annotations


class Fault(Exception):
    """Its text is for the person at the terminal: what is wrong, where, and how to mend it; no traceback is needed."""
