import re
from string import Formatter

import pytest

from config.load import ConfigError
from config.read import read_words
from config.words import LANGUAGES, Words, flatten


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_language_has_the_same_keys() -> None:
    first, *others = (read_words(language) for language in LANGUAGES)
    for other in others:
        assert set(first.texts) == set(other.texts)


def test_every_language_puts_in_the_same_values() -> None:
    first, *others = (read_words(language) for language in LANGUAGES)
    for other in others:
        differing = {key for key in first.texts if fields(first.texts[key]) != fields(other.texts[key])}
        assert not differing


def test_english_is_english() -> None:
    own_name = "中文"  # what the switch to Chinese says
    chinese = {
        key for key, text in read_words("en").texts.items() if re.search("[\u4e00-\u9fff]", text.replace(own_name, ""))
    }
    assert not chinese


def test_values_are_put_in() -> None:
    assert Words("en", {"a.b": "{n} of {m}"})("a.b", n=1, m=2) == "1 of 2"


def test_a_missing_key_is_named_with_its_language() -> None:
    with pytest.raises(KeyError, match=r"config/words/en has no 'a\.b'"):
        Words("en", {})("a.b")


def test_a_name_falls_back_to_chinese() -> None:
    words = Words("en", {})
    assert words.name({"zh-CN": "湟水", "en": "Huangshui"}) == "Huangshui"
    assert words.name({"zh-CN": "湟水"}) == "湟水"
    assert words.name({}) == ""


def test_trees_become_flat() -> None:
    assert flatten({"a": {"b": {"c": "x"}}, "d": 1}) == {"a.b.c": "x", "d": "1"}


def test_a_language_without_words_is_an_error() -> None:
    with pytest.raises(ConfigError, match="there are: en, zh-CN"):
        read_words("fr")
