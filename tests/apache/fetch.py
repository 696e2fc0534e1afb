"""Apache Kafka from Maven Central into a cache folder of the user: `python -m tests.apache.fetch`.

Needs Java 17 and mvn the first time, Java alone after that. Says in one line what it did or why it cannot, and ends
with 0 either way: the tests that want Apache Kafka are skipped then, with the same line as their reason.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
OLDEST_JAVA = 17  # of a broker of Apache Kafka 4
FETCH_S = 150  # 44 MB, and Maven's own plug-in the first time


class NotHere(Exception):
    """Apache Kafka cannot be run on this machine; the text says why, and what would help."""


def version() -> str:
    """Of Apache Kafka, as the pom wants it."""
    found = re.search(r"<kafka\.version>([\d.]+)</kafka\.version>", POM.read_text("utf-8"))
    assert found is not None
    return found[1]


def folder() -> Path:
    """Where its jars are, or would be."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "yiping" / f"apache-kafka-{version()}"


def jars() -> Path:
    """The folder of jars that a broker can be started with. Raises NotHere; asks no network."""
    java = java_version()
    if java < OLDEST_JAVA:
        have = f"java {java} is" if java else "java is not"
        raise NotHere(f"Apache Kafka needs Java {OLDEST_JAVA} and {have} here (Debian: openjdk-17-jre-headless)")
    if not folder().is_dir():
        raise NotHere(f"Apache Kafka {version()} is not in {folder().parent}; python -m tests.apache.fetch brings it")
    return folder()


@cache
def java_version() -> int:
    """17 for `java` 17.0.15; 0 when there is none."""
    if shutil.which("java") is None:
        return 0
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, timeout=30, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    return int(found[1]) if found else 0


def fetch() -> Path:
    """The folder of jars, brought by mvn when it is not there yet. Raises NotHere."""
    try:
        return jars()
    except NotHere:
        if java_version() < OLDEST_JAVA:
            raise
    if shutil.which("mvn") is None:
        raise NotHere(
            f"Apache Kafka {version()} is not in {folder().parent}, and mvn, which would bring it, is not here"
        )
    folder().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder().parent, prefix=".fetching-") as half:
        _copy(Path(half) / "jars")
        try:
            (Path(half) / "jars").rename(folder())  # whole or not at all
        except OSError:
            if not folder().is_dir():  # else another was faster
                raise
    return folder()


def _copy(to: Path) -> None:
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(POM), "dependency:copy-dependencies"]
    command += ["-DincludeScope=runtime", f"-DoutputDirectory={to}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_S, check=False)
    except subprocess.TimeoutExpired:
        raise NotHere(f"mvn did not bring Apache Kafka {version()} within {FETCH_S} s") from None
    if done.returncode or not list(to.glob("kafka_2.13-*.jar")):
        said = [line for line in done.stdout.splitlines() if "ERROR" in line] or ["it said nothing"]
        raise NotHere(f"mvn could not bring Apache Kafka {version()}: {said[0].removeprefix('[ERROR] ')[:300]}")


def main() -> int:
    try:
        found = fetch()
    except (NotHere, OSError) as error:
        print(f"Not tested on Apache Kafka: {error}")  # noqa: T201
    else:
        print(f"Apache Kafka {version()} is in {found}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
