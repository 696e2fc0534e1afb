"""Text by key. Code stores keys and numbers; words are put in at the edge, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIRST = "zh-CN"
LANGUAGES = (FIRST, "en")

Names = Mapping[str, str]
"""One name in several languages: {"zh-CN": "湟水", "en": "Huangshui"}."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language: flat keys such as `wall.title` to format strings."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key` with `values` put in. KeyError names a key that the language lacks."""
        try:
            text = self.texts[key]
        except KeyError:
            raise KeyError(f"config/words/{self.language} has no {key!r}") from None
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        return key in self.texts

    def name(self, names: Names) -> str:
        """A name in this language, else in Chinese, else in whatever there is."""
        return names.get(self.language) or names.get(FIRST) or next(iter(names.values()), "")


def flatten(tree: Mapping[str, object], above: str = "") -> dict[str, str]:
    """A tree of texts as flat keys: {"wall": {"title": "一屏"}} becomes {"wall.title": "一屏"}."""
    flat: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{above}.{key}" if above else str(key)
        if isinstance(value, Mapping):
            flat.update(flatten(value, path))
        else:
            flat[path] = str(value)
    return flat
