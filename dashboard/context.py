"""What every screen is made from, as one frozen value that `create_app` hands to each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alerts.rules import RuleBook
    from config.city import CityProfile
    from config.settings import Settings
    from dashboard.state import CityState
    from layers.geometry import City
    from streams.clickhouse import Database


@dataclass(frozen=True)
class Context:
    """One city on one machine: its settings, profile, geometry, rules, database and living state.

    `boot` names this start of the server: a page that meets another one reloads itself.
    """

    settings: Settings
    profile: CityProfile
    city: City
    rulebook: RuleBook
    database: Database
    state: CityState
    boot: str = ""
