"""Reads profiles, words and rules from the files of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from config.city import CityProfile
from config.load import ConfigError, line_of, load, read_yaml
from config.settings import CITIES, WORDS, Settings
from config.sources import Source, Sources, problems
from config.words import Words, flatten

EXAMPLES = CITIES.parent / "sources"
"""Sources that every city can take."""


def read_city(city: str, folder: Path = CITIES) -> CityProfile:
    """The profile of a city. Raises ConfigError: no such city (names those there are), or what its file says wrong."""
    path = folder / city / "city.yaml"
    if not path.exists():
        known = ", ".join(sorted(found.parent.name for found in folder.glob("*/city.yaml")))
        raise ConfigError(f"no city {city!r} in {folder}; there are: {known}. `YIPING_CITY` chooses one.")
    profile = load(path, CityProfile)
    if profile.id != city:
        raise ConfigError(f"{path}: id is {profile.id!r} but the folder is {city!r}; make them the same")
    return profile


def city_file(profile: CityProfile, name: str, folder: Path = CITIES) -> Path:
    """Path of a file beside city.yaml. Raises ConfigError when it is not there."""
    path = folder / profile.id / name
    if not path.is_file():
        raise ConfigError(f"{folder / profile.id / 'city.yaml'} names {name}, but {path} is not there")
    return path


def read_sources(
    city: str, folder: Path = CITIES, examples: Path = EXAMPLES, prefix: str = Settings.topic_prefix
) -> dict[str, Source]:
    """Foreign feeds by name: those that every city can take, and the city's own instead or beside.

    `prefix` is that of our own topics, which none of them may follow.

    Raises ConfigError: every mistake of the first file that has one, each with its line and how to mend it.
    """
    own = folder / city / "sources.yaml"
    found: dict[str, Source] = {}
    for path in (*sorted(examples.glob("*.yaml")), *([own] if own.exists() else [])):
        found |= _sources(path, prefix)
    return found


def _sources(path: Path, prefix: str) -> dict[str, Source]:
    sources = load(path, Sources).root
    wrong = [one for name, source in sources.items() for one in problems(name, source, prefix)]
    if wrong:
        lines = (f"{path}, line {line_of(path, at)}: {'.'.join(map(str, at))}: {text}" for at, text in wrong)
        raise ConfigError("\n".join(lines))
    return sources


def read_source(
    city: str, name: str, folder: Path = CITIES, examples: Path = EXAMPLES, prefix: str = Settings.topic_prefix
) -> Source:
    """One foreign feed. Raises ConfigError: there is none of this name (names those there are), or a file is wrong."""
    sources = read_sources(city, folder, examples, prefix)
    if name not in sources:
        raise ConfigError(
            f"no source {name!r}; there are: {', '.join(sorted(sources)) or 'none'}. "
            f"{folder / city / 'sources.yaml'} and {examples} hold them; docs/sources.md says how to write one."
        )
    return sources[name]


@cache
def read_words(language: str, folder: Path = WORDS) -> Words:
    """The texts of one language: every file of `folder/language`, its name the first part of its keys.

    Raises ConfigError when the language has no file, or one that is not a mapping of keys to texts.
    """
    files = sorted((folder / language).glob("*.yaml"))
    if not files:
        known = ", ".join(sorted(found.name for found in folder.iterdir() if found.is_dir()))
        raise ConfigError(f"no words for {language!r} in {folder}; there are: {known}")
    return Words(language, flatten({path.stem: _tree(path) for path in files}))


def _tree(path: Path) -> Mapping[str, object]:
    tree = read_yaml(path)
    if not isinstance(tree, Mapping):
        raise ConfigError(f"{path}: a mapping of keys to texts is wanted")
    return tree
