"""What `yiping rules test` runs and says: files of tests to verdicts, verdicts to lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.alert import Transition
from alerts.rulebook import read_rulebook
from alerts.rules import RuleBook
from alerts.ruletest import MINUTE, Case, Expected, RuleTests, Verdict, judge
from config.city import CityProfile
from config.load import ConfigError, line_of, load
from config.settings import RULES
from config.words import Words
from streams.map_files import read_places


@dataclass(frozen=True)
class Judged:
    """A test that was run, and where it stands: file and line."""

    where: str
    verdict: Verdict


def run(path: Path, rules: Sequence[Path], profile: CityProfile, words: Words) -> list[Judged]:
    """Run a file of tests. Its rules are those it names, else `rules`, else config/rules.

    Raises ConfigError: a file that cannot be read, a test of a rule that there is not.
    """
    found = load(path, RuleTests)
    if not found.cases:
        raise ConfigError(words("rules.test.none", path=path))
    files = tuple(path.parent / name for name in found.rules) or tuple(rules)
    book, places = read_rulebook(*files), read_places(profile)
    lines = [line_of(path, ("cases", number)) for number in range(len(found.cases))]
    for case, line in zip(found.cases, lines, strict=True):
        _known(book, case, f"{path}", line, ", ".join(map(str, files or (RULES,))), words)
    verdicts = [judge(case, book.rule(case.rule), profile, places, found.here) for case in found.cases]
    return [Judged(f"{path}:{line}", verdict) for line, verdict in zip(lines, verdicts, strict=True)]


def _known(book: RuleBook, case: Case, path: str, line: int, files: str, words: Words) -> None:  # noqa: PLR0913,PLR0917
    if book.find(case.rule) is None:
        known = ", ".join(rule.key for rule in book.rules)
        raise ConfigError(words("rules.test.no_rule", path=path, line=line, rule=case.rule, files=files, known=known))


def report(tested: Sequence[Judged], words: Words) -> Iterator[str]:
    """A line for each test, more for one that did not come as expected, and one for all."""
    for one in tested:
        yield from _told(one, words)
    bad = sum(not one.verdict.right for one in tested)
    yield words("rules.test.some" if bad else "rules.test.all", n=len(tested), bad=bad)


def _told(tested: Judged, words: Words) -> Iterator[str]:
    verdict = tested.verdict
    form = "rules.test.ok" if verdict.right else "rules.test.bad"
    yield words(form, where=tested.where, rule=verdict.case.rule, title=verdict.case.title)
    if verdict.right:
        return
    if verdict.failed:
        yield words("rules.test.failed", error=verdict.failed)
    for place in sorted({*verdict.expected, *verdict.came}):
        yield from _of_place(verdict, place, words)


def _of_place(verdict: Verdict, place: str, words: Words) -> Iterator[str]:
    expected, came = verdict.expected.get(place, ()), verdict.came.get(place, ())
    nothing = words("rules.test.nothing")
    yield words("rules.test.place", place=place)
    yield words("rules.test.expected", transitions=", ".join(map(_wanted, expected)) or nothing)
    yield words("rules.test.came", transitions=", ".join(_came(one, verdict.start) for one in came) or nothing)
    for one in came:
        yield words(
            "rules.test.why",
            at=_minutes(one.at - verdict.start),
            state=one.after,
            value=_number(one.value),
            threshold=_number(one.threshold),
            reason=one.reason,
        )


def _wanted(one: Expected) -> str:
    return f"{_minutes(one.at)} {one.state}" + ("" if one.value is None else f" {one.value:g}")


def _came(one: Transition, start: int) -> str:
    return f"{_minutes(one.at - start)} {one.after}"


def _minutes(milliseconds: int) -> str:
    return f"{milliseconds / MINUTE:g}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
