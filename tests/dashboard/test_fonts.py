"""The characters a screen without Chinese fonts is served."""

import sys
import time

from dashboard.fonts import Fonts, gb2312, own_texts, wanted


def test_gb2312_has_its_two_levels():
    assert sum(1 for letter in gb2312() if "一" <= letter <= "鿿") == 6763


def test_every_text_of_ours_can_be_drawn():
    known = set(wanted(own_texts()))
    assert {letter for text in own_texts() for letter in text if letter.isprintable()} <= known
    assert set("湟西宁μg/m³—−℃▲▼") <= known


def test_a_font_that_is_there_is_not_made_again(tmp_path):
    fonts = Fonts(tmp_path)
    assert fonts.path() is None
    fonts.target.parent.mkdir()
    fonts.target.write_bytes(b"font")
    fonts.start()
    assert fonts.path() == fonts.target
    assert fonts._maker is None


def test_who_made_the_font_is_no_zombie_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "true")
    fonts = Fonts(tmp_path)
    fonts.start()
    end = time.monotonic() + 10
    while fonts._maker.returncode is None:  # known once somebody has waited for it
        assert time.monotonic() < end, "nobody waits for the child"
        time.sleep(0.01)
