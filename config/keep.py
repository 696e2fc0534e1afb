"""How many days each kind of row is kept; 0 is for ever. The journal, the devices and hourly sums have no end. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from config.variables import Given, days

_A_DAY = "rows of the last hours would vanish"


@dataclass(frozen=True)
class Keep:
    """Days. Readings: two years and a margin, so that every day has its day a year ago; the others are small."""

    readings: int = 800
    cases: int = 0
    events: int = 0
    rejects: int = 90
    heartbeats: int = 7


def variable(kind: str) -> str:
    """Name of the setting of one kind of row: `variable("cases")` is YIPING_KEEP_CASES_DAYS."""
    return f"YIPING_KEEP_{kind.upper()}_DAYS"


def read_keep(given: Given) -> Keep:
    """From YIPING_KEEP_<KIND>_DAYS. Raises SettingsError."""
    default = as_days(Keep())
    return Keep(**{kind: days(given, variable(kind), number, 2, _A_DAY) for kind, number in default.items()})


def as_days(keep: Keep) -> dict[str, int]:
    """Days by kind."""
    return {kind: getattr(keep, kind) for kind in Keep.__dataclass_fields__}


def keep_variables(keep: Keep) -> dict[str, str]:
    """The variables that make `read_keep` return `keep` again."""
    return {variable(kind): str(number) for kind, number in as_days(keep).items()}
