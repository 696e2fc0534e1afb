"""The command line as a whole."""

from __future__ import annotations

import subprocess
import sys


def test_what_only_some_commands_need_is_not_loaded_by_all() -> None:
    """`yiping --help` and every process start a fifth sooner."""
    code = "import sys, dashboard.cli; print([name for name in ('numpy', 'shapely') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"
