"""One variable of the environment as a value; what cannot be used is a SettingsError that names it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.faults import Fault

Given = Mapping[str, str]


class SettingsError(Fault, ValueError):
    """A setting cannot be used; the text names it, its value (never a secret), and what to write instead."""


def said(given: Given, name: str) -> str:
    """Text of a variable without blanks around it; '' when it is not set."""
    return given.get(name, "").strip()


def port(given: Given, name: str, default: int) -> int:
    text = given.get(name, str(default))
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise SettingsError(f"{name}={text!r} is not a port; write a number from 1 to 65535")


def number(given: Given, name: str, default: int) -> int:
    """A whole number from 0 to a milliard."""
    text = said(given, name) or str(default)
    if text.isascii() and text.isdigit() and int(text) <= 10**9:
        return int(text)
    raise SettingsError(f"{name}={text!r} is not a whole number; write one from 0 to 1000000000")


def days(given: Given, name: str, default: int, least: int, why: str) -> int:
    """A number of days: 0, which is for ever, or from `least` to 100 years; `why` says what `least` comes from."""
    text = said(given, name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) <= 36_500):
        raise SettingsError(f"{name}={text!r} is not a number of days; write a whole number, 0 to keep for ever")
    if 0 < int(text) < least:
        raise SettingsError(f"{name}={text} is too short: {why}; write at least {least}, or 0 to keep for ever")
    return int(text)


def choice(given: Given, name: str, choices: Sequence[str], default: str) -> str:
    text = said(given, name) or default
    if text.upper() in choices or text == default:
        return text.upper() if text.upper() in choices else text
    raise SettingsError(f"{name}={text!r} is not known; write one of {', '.join(choices)}")


def yes(given: Given, name: str, default: bool = True) -> bool:
    text = said(given, name).lower() or ("1" if default else "0")
    if text in ("1", "true", "yes", "0", "false", "no"):
        return text in ("1", "true", "yes")
    raise SettingsError(f"{name}={text!r} is neither yes nor no; write 1 or 0")


def file(given: Given, name: str) -> str:
    """Path of a file that exists; '' when the variable is not set."""
    text = said(given, name)
    if text and not Path(text).expanduser().is_file():
        raise SettingsError(f"{name}={text!r} is no file; write the path of a file that this user may read")
    return str(Path(text).expanduser().absolute()) if text else ""


def secret_word(given: Given, name: str) -> str:
    """A key of letters, digits, dot, _ and -; '' when the variable is not set. No error shows it."""
    text = said(given, name)
    if text and not re.fullmatch(r"[A-Za-z0-9_.-]{1,200}", text, re.ASCII):
        raise SettingsError(f"{name} is no key: it has only letters, digits, dot, _ and -; copy it again")
    return text


def word(given: Given, name: str, what: str) -> str:
    """A name of letters, digits, dot, _ and -; '' when the variable is not set."""
    text = said(given, name)
    if text and not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", text, re.ASCII):
        raise SettingsError(f"{name}={text!r} is no {what}: it has only letters, digits, dot, _ and -")
    return text
