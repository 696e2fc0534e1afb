from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from config.load import ConfigError, load, read_yaml


class Duty(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    hours: list[int]


def write(folder: Path, text: str) -> Path:
    path = folder / "duty.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22:30", "22:30"),
        ("no", "no"),
        ("on", "on"),
        ("0x10", "0x10"),
        ("007", "007"),
        ("2026-03-01", "2026-03-01"),
        ("1_000", "1_000"),
        ("true", True),
        ("null", None),
        ("12", 12),
        ("-1.5e3", -1500.0),
    ],
)
def test_scalars_mean_what_they_look_like(tmp_path: Path, text: str, value: object) -> None:
    assert read_yaml(write(tmp_path, f"a: {text}")) == {"a": value}


def test_a_key_given_twice_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"duty\.yaml, line 3: key 'a' is given twice"):
        read_yaml(write(tmp_path, "a: 1\nb: 2\na: 3\n"))


def test_an_unknown_key_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"duty\.yaml, line 3: nmae: there is no key nmae; did you mean name"):
        load(write(tmp_path, "name: x\nhours: [1]\nnmae: y\n"), Duty)


def test_a_wrong_value_deep_inside_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"duty\.yaml, line 4: hours\.1"):
        load(write(tmp_path, "name: x\nhours:\n  - 1\n  - later\n"), Duty)


def test_every_error_is_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, "hours: 3\n"), Duty)
    assert len(str(caught.value).splitlines()) == 2


def test_broken_yaml_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"line 2"):
        read_yaml(write(tmp_path, "a: [1,\nb: }\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n\tb: 1\n", "line 2: a tab"),
        ("a: 1\nb：2\nc: 3\n", "line 2: .*： is a wide sign.*write :$"),
        ("a: {b: 1，c: 2}\n", "line 1: .*， is a wide sign.*write ,$"),
        ("a: ｛b: 1}\n", "line 1: .*｛ is a wide sign.*write {$"),
        ("- a: 1\n\u3000\u3000b: 2\n", r"line 2: .*U\+3000 is a wide sign.*write a blank"),
        ("a: 1\nb:2\nc: 3\n", "line 2: no `key: value`"),
        ("a: {b: 1\nc: 2\n", "is the bracket of line 1 closed"),
        ("a:\n    b: 1\n   c: 2\n", "line 3: another indent"),
        ("a: 1\n---\na: 2\n", "line 2: a second document"),
    ],
)
def test_what_is_no_yaml_names_the_line_and_the_mend(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_yaml(write(tmp_path, text))


def test_a_wide_sign_in_a_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no key name：x; ： is a wide sign"):
        load(write(tmp_path, "hours: [1]\nname：x:\n"), Duty)


def test_another_encoding_is_said(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("name: 西宁".encode("gbk"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_yaml(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: no such file"):
        read_yaml(tmp_path / "none.yaml")


def test_yaml_cannot_build_objects(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="could not determine a constructor"):
        read_yaml(write(tmp_path, "a: !!python/object/apply:os.system ['true']"))
