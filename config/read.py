"""Reads profiles, words and rules from the files of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from config.city import CityProfile
from config.load import ConfigError, load, read_yaml
from config.settings import CITIES, WORDS
from config.words import Words, flatten


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
