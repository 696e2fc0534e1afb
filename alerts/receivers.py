"""Who may be told, how and of what: the content of config/notices.yaml. Pure: reads no file.

With no receivers, the default, nothing leaves the machine. Secrets are not in it, only paths of files that hold them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from alerts.alert import rank
from alerts.quiet import Flapping
from alerts.rules import Scenario
from alerts.steps import Level
from alerts.watches import Duration, RulePart
from config.words import LANGUAGES


class Webhook(RulePart):
    """POSTs JSON, signed with the secret in `secret_file`. The receiver knows a notice that comes again by its id."""

    kind: Literal["webhook"]
    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
    secret_file: str
    timeout: Annotated[Duration, Field(ge=1000, le=60_000)] = 10_000

    @property
    def knows_again(self) -> bool:
        return True


class Apprise(RulePart):
    """Any service that apprise knows (企业微信, 钉钉, 飞书, SMTP ...). `url_file` holds its address, token and all."""

    kind: Literal["apprise"]
    url_file: str

    @property
    def knows_again(self) -> bool:
        """A person who gets a text twice cannot know that it is one."""
        return False


class File(RulePart):
    """Appends a line of JSON to a file, once an id."""

    kind: Literal["file"]
    path: str

    @property
    def knows_again(self) -> bool:
        return True


Channel = Annotated[Webhook | Apprise | File, Field(discriminator="kind")]


class Receiver(RulePart):
    """Who is told: of these scenarios and districts (all when empty), at this level or worse, in this language."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$")]
    channel: Channel
    scenarios: tuple[Scenario, ...] = ()
    districts: tuple[str, ...] = ()
    level: Level = "blue"
    language: str = LANGUAGES[0]

    @field_validator("language")
    @classmethod
    def _known(cls, language: str) -> str:
        if language not in LANGUAGES:
            raise ValueError(f"{language!r} is none of {', '.join(LANGUAGES)}")
        return language

    def wants(self, scenario: str, district: str, level: str) -> bool:
        """Whether an alert is for it."""
        if rank(level) < rank(self.level) or scenario not in (self.scenarios or (scenario,)):
            return False
        return not self.districts or district in self.districts


class Rung(RulePart):
    """A step of the ladder: who is told when nobody acknowledged for `after`. They are told of nothing else."""

    after: Annotated[Duration, Field(ge=1000)]
    level: Level = "orange"
    to: Annotated[tuple[str, ...], Field(min_length=1)]


class Pace(RulePart):
    """How long a group waits for others at first, between two notices, and before it is said again unacknowledged.

    The figures are those that Alertmanager uses by default, but the first: a duty room waits 10 s, not 30.
    """

    first: Duration = 10_000
    interval: Duration = 300_000
    repeat: Duration = 14_400_000


class Flaps(RulePart):
    """What counts as flapping: more than `times` openings within `within`."""

    times: Annotated[int, Field(ge=1)] = Flapping().times
    within: Duration = round(Flapping().within.total_seconds() * 1000)

    @property
    def measure(self) -> Flapping:
        return Flapping(self.times, timedelta(milliseconds=self.within))


class Notices(RulePart):
    """The whole file."""

    receivers: tuple[Receiver, ...] = ()
    ladder: tuple[Rung, ...] = ()
    pace: Pace = Pace()
    flapping: Flaps = Flaps()

    @model_validator(mode="after")
    def _consistent(self) -> Notices:
        keys = [receiver.key for receiver in self.receivers]
        if len(set(keys)) < len(keys):
            raise ValueError("two receivers have one key")
        for key in (key for rung in self.ladder for key in rung.to):
            if key not in keys:
                raise ValueError(f"the ladder names {key!r}, and there is no such receiver")
        if [rung.after for rung in self.ladder] != sorted(rung.after for rung in self.ladder):
            raise ValueError("the steps of the ladder must wait longer and longer")
        return self

    def receiver(self, key: str) -> Receiver | None:
        """The receiver of this key."""
        return next((receiver for receiver in self.receivers if receiver.key == key), None)

    def steps(self, key: str) -> tuple[int, ...]:
        """Steps at which a receiver is told: those of the ladder that name it (from 1), else 0, at once."""
        named = tuple(step for step, rung in enumerate(self.ladder, 1) if key in rung.to)
        return named or (0,)
