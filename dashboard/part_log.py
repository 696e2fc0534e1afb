"""The log file of one part. On a full disk lines are lost, and that is said once: in the terminal, and in the file."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from collections.abc import Callable
from pathlib import Path

SIZE = 10_000_000
FILES = 3


class LogFile(logging.handlers.RotatingFileHandler):
    """Calls `tell` with the reason when lines begin to be lost; later writes where they are missing."""

    def __init__(self, path: Path, tell: Callable[[str], object]) -> None:
        super().__init__(path, maxBytes=SIZE, backupCount=FILES - 1, encoding="utf-8")
        self._tell = tell
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        before = self._lost
        super().emit(record)
        if before and self._lost == before:
            self._lost = 0
            said = f"(the disk was full: up to {before} lines before this are lost)"
            super().emit(logging.makeLogRecord({"msg": said}))

    def handleError(self, record: logging.LogRecord) -> None:
        """Of a line that could not be written; called by the base where it caught the error."""
        error = sys.exception()
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        if not self._lost:
            self._tell(error.strerror or str(error))
        self._lost += 1


def part_log(folder: Path, name: str, tell: Callable[[str], object]) -> logging.Logger:
    """A rotating log file of one part: `folder/name.log`, at most FILES of SIZE bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    log = logging.Logger(name)
    log.addHandler(LogFile(folder / f"{name}.log", tell))
    return log
