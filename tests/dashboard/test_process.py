"""What a process of ours writes into its log."""

from __future__ import annotations

import pytest
import structlog

from dashboard.process import configure_log


def test_an_error_is_told_without_what_the_functions_held(capsys: pytest.CaptureFixture[str]) -> None:
    configure_log()
    held = "a password"
    try:
        raise KeyError("gone", len(held))
    except KeyError:
        structlog.get_logger().exception("not drawn")
    told = capsys.readouterr().err
    assert "not drawn" in told
    assert 'raise KeyError("gone", len(held))' in told
    assert "KeyError: ('gone', 10)" in told
    assert held not in told
