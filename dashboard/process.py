"""One process of ours: its log, its signals, and its end when the one that started it is gone."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

import psutil
import structlog

CHECK_EVERY = 1.0


def configure_log() -> None:
    """structlog to stderr: time, level, sentence, key=value; warnings of libraries too.

    An error comes as Python tells it. structlog's own way tells all that each function held: thousands of lines of a
    city, seconds of the processor, and passwords.
    """
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.StackInfoRenderer(),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def stop_on_signals(supervisor: int = 0) -> threading.Event:
    """An event that SIGTERM, SIGINT or the death of the process `supervisor` sets: every loop of ours ends by it."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop_with_supervisor(supervisor)
    return stop


def stop_with_supervisor(pid: int) -> None:
    """Sends this process SIGTERM when the process `pid` (0: none) dies, even by kill -9."""
    if pid:
        threading.Thread(target=_watch, args=(pid, threading.Event()), daemon=True, name="supervisor").start()


def _watch(pid: int, never: threading.Event) -> None:
    try:
        supervisor = psutil.Process(pid)
        while supervisor.is_running() and supervisor.status() != psutil.STATUS_ZOMBIE:
            never.wait(CHECK_EVERY)
    except psutil.NoSuchProcess:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
