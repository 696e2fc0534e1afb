"""What `yiping up` says: a line for each part as it becomes ready, one when something dies, and where to look."""

from __future__ import annotations

import threading
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from config.city import CityProfile
from config.settings import Settings
from config.words import Words


class Terminal:
    """Speaks to the person who typed `yiping up`. Safe from any thread. A spinner names what is waited for on a real
    terminal; in a pipe or a log there are only whole lines."""

    def __init__(
        self, words: Words, profile: CityProfile, settings: Settings, parts: list[str], verbose: bool = False
    ) -> None:
        self._words = words
        self._profile = profile
        self._settings = settings
        self._waiting = list(parts)
        self._total = len(parts)
        self._verbose = verbose
        self._console = Console(stderr=False, highlight=False, soft_wrap=True)
        self._status = Status("", console=self._console, spinner="dots")
        self._lock = threading.Lock()
        self._announced = False

    def __enter__(self) -> Terminal:
        city = self._words.name(self._profile.name)
        self._say(self._words("cli.starting", city=city, folder=escape(str(self._settings.data))))
        self._status.start()
        self._show_waiting()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._status.stop()
        self._say(self._words("cli.stopped"))

    def starting(self, part: str) -> None:
        """`part` is being started, again perhaps: it is waited for."""
        with self._lock:
            if part not in self._waiting:
                self._waiting.append(part)
            self._show_waiting()

    def ready(self, part: str, seconds: float) -> None:
        with self._lock:
            if part in self._waiting:
                self._waiting.remove(part)
            done = self._total - len(self._waiting)
            self._say(
                f"[green]✓[/] {self._words('cli.ready', part=f'{part:<10}', seconds=f'{seconds:.1f}')}"
                f" [dim]{done}/{self._total} {self._where(part)}[/]"
            )
            self._show_waiting()

    def died(self, part: str, code: int, wait: float, last_line: str) -> None:
        with self._lock:
            self._say(f"[red]✗[/] {self._words('cli.died', part=part, code=code, wait=f'{wait:.0f}')}")
            if last_line:
                self._say(self._words("cli.last_line"))
                self._console.print(f"  {last_line[:300]}", style="dim", markup=False)
            else:
                log = self._settings.data / "logs" / f"{part}.log"
                self._say(self._words("cli.no_last_line", log=escape(str(log))))

    def unready(self, part: str, why: str) -> None:
        """`part` runs, and cannot be used: what needs it is not started."""
        with self._lock:
            self._say(f"[red]✗[/] {self._words('cli.unready', part=part)}")
            self._console.print(f"  {why[:300]}", style="dim", markup=False)

    def unlogged(self, why: str) -> None:
        """Lines of a part's log cannot be kept."""
        with self._lock:
            logs = escape(str(self._settings.data / "logs"))
            self._say(f"[red]✗[/] {self._words('cli.unlogged', logs=logs, why=why)}")

    def line(self, part: str, text: str) -> None:
        """One line of a part's log: shown when asked for, otherwise only in its file."""
        if self._verbose:
            self._console.print(f"{part:<10} | {text}", style="dim", markup=False)

    def stopping(self) -> None:
        self._status.update(self._words("cli.stopping"))

    def _where(self, part: str) -> str:
        places = {
            "kafka": f"127.0.0.1:{self._settings.kafka_port}",
            "clickhouse": f"127.0.0.1:{self._settings.clickhouse_port}",
            "web": self._settings.web_url,
        }
        return places.get(part, "")

    def _show_waiting(self) -> None:
        if self._waiting:
            self._status.update(self._words("cli.waiting", parts=", ".join(self._waiting)))
        elif not self._announced:
            self._announced = True
            self._status.stop()
            logs = escape(str(self._settings.data / "logs"))
            self._say(self._words("cli.running", url=self._settings.web_url, logs=logs))

    def _say(self, text: str) -> None:
        self._console.print(text)
