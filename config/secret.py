"""A password that no log, error or repr shows: given in a variable, or in a file that another variable names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from config.variables import Given, SettingsError, said


@dataclass(frozen=True, repr=False)
class Secret:
    """`reveal()` gives it; nothing else does. `file` is where it was read, '' when the variable held it."""

    _text: str = ""
    file: str = ""

    def reveal(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(***)" if self._text else "Secret()"

    __str__ = __repr__


def read_secret(given: Given, name: str) -> Secret:
    """The secret of `name` or of the file in `name`_FILE. SettingsError: both set, no such file, an empty one."""
    text, path = given.get(name, ""), said(given, f"{name}_FILE")
    if not path:
        return Secret(text)
    if text:
        raise SettingsError(f"{name} and {name}_FILE are both set; keep one of them")
    return Secret(_first_line(f"{name}_FILE", path), path)


def _first_line(name: str, path: str) -> str:
    try:
        text = Path(path).expanduser().read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SettingsError(
            f"{name}={path!r} cannot be read: {reason}; write a file with the secret in its first line"
        ) from None
    if not text or not text[0]:
        raise SettingsError(f"{name}={path!r} is empty; write a file with the secret in its first line")
    return text[0]


def as_variables(name: str, secret: Secret) -> dict[str, str]:
    """What makes `read_secret` give it again: the file's path rather than its text, where there is one."""
    return {name: "" if secret.file else secret.reveal(), f"{name}_FILE": secret.file}
