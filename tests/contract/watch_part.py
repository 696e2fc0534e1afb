"""`yiping watch` in a process of its own, with rules and receivers of a test, for the tests that kill it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

from alerts import watch
from alerts.notifier import read_notices
from alerts.receivers import Notices
from alerts.rules import RuleBook
from config.read import read_city
from config.settings import Settings
from tests.alerts.made import rule
from tests.contract.notice_part import ROOT

RULES = (rule(), rule(key="slow", **{"for": "2s"}, keep_firing_for="2s"))
PROFILE = read_city("xining")


def start(url: str, config: Mapping[str, Any], folder: Path) -> subprocess.Popen[bytes]:
    """A watch of this database that tells the receivers of `config`."""
    path = folder / "notices.yaml"
    path.write_text(json.dumps(Notices.model_validate(config) and config), "utf-8")  # JSON is YAML
    command = [sys.executable, "-m", "tests.contract.watch_part", url, str(path)]
    with (folder / "watch.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)


def main() -> None:
    url, path = sys.argv[1:]
    watch.read_rulebook = lambda: RuleBook(rules=RULES)
    watch.read_notices = lambda: read_notices(Path(path))
    watch.run(Settings(clickhouse_url=url), PROFILE, Event())


if __name__ == "__main__":
    main()
