"""What /api answers with: the shape of each answer, as OpenAPI tells it. Times are ISO 8601 with offset, UTC. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.conduct import ACTOR_LONGEST, TEXT_LONGEST

Level = Literal["blue", "yellow", "orange", "red"]
Hidden = Annotated[
    dict[str, int],
    Field(
        description="open alerts that no screen counts, by why: silence, maintenance, inhibited; all three are there"
    ),
]


class Answer(BaseModel):
    """Base: frozen, and nothing that is not described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ActionOut(Answer):
    """What a person did about an alert."""

    at: datetime
    kind: Literal["acknowledge", "unacknowledge", "note", "release"]
    actor: str
    text: str


class QuietOut(Answer):
    """Why no notice speaks of an alert; it is hidden from the screens too, unless it only flaps."""

    why: Literal["silence", "maintenance", "inhibited", "flapping"]
    hidden: bool
    text: str
    silence: str | None = Field(description="id of the silence")
    by: str | None = Field(description="id of the alert that stands in for it")
    until: datetime | None
    opened: int = Field(description="how often it opened within the last hour, when that is too often")


class WitnessOut(Answer):
    """The one reading that began a level, and what the readings after it said of that."""

    state: Literal["single", "confirmed", "denied"] = Field(
        description="stands on one reading, is borne out by another, or is contradicted by the device's next one"
    )
    device: str
    at: datetime
    confirmed: datetime | None = Field(description="the second reading at the level's threshold or beyond")
    denied: datetime | None = Field(description="the device's next reading, when it did not reach the level")


class AlertOut(Answer):
    """An open alert. `value` and `threshold` caused the last change of state, `latest` is the newest value known."""

    id: str
    rule: str
    scenario: str
    headline: str
    explanation: str
    state: str = Field(description="a level, or stale: the data stopped, which resolves nothing")
    level: str = Field(description="the worst level in force; kept while stale")
    place: str = Field(description="a device, an H3 cell as text, a district's adcode, `city`, a metric or `event:ID`")
    place_name: str
    district: str = Field(description="adcode; empty outside every district")
    since: datetime
    changed: datetime
    value: float | None
    threshold: float | None
    latest: float | None
    peak: float | None
    unit: str
    reason: str
    observed: datetime | None
    lat: float | None
    lon: float | None
    cell: str | None = Field(description="H3 index as text: it does not fit JavaScript's numbers")
    acknowledged: ActionOut | None
    actions: tuple[ActionOut, ...]
    quiet: QuietOut | None = Field(default=None, description="why nobody is told of it; null when notices speak of it")
    witness: WitnessOut | None = Field(
        default=None, description="whether its level stands on one reading; null where that is no question"
    )


class TransitionOut(Answer):
    """One change of state, as journaled: `from` and `to` are clear, pending, a level, or stale."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    at: datetime
    alert: str
    rule: str
    place: str
    before: str = Field(serialization_alias="from")
    after: str = Field(serialization_alias="to")
    value: float | None
    threshold: float | None
    reason: str
    observed: datetime | None


class AlertsOut(Answer):
    """Every open alert, the most urgent first, also those that are hidden: their `quiet` says so, `hidden` counts them.

    With `history=1` also the transitions since then, the oldest first: `limit`, and those of the last one's moment.
    """

    at: datetime = Field(description="when this picture was taken")
    stale: bool = Field(
        description="true when the picture could not be renewed (see error), or is older than 10 s: the database hangs"
    )
    error: str | None
    datum: str = Field(default="WGS-84", description="of every lat and lon")
    alerts: tuple[AlertOut, ...]
    hidden: Hidden
    transitions: tuple[TransitionOut, ...] | None = None
    next_since: datetime | None = Field(
        default=None, description="there may be more transitions: ask again with this as `since`; null after the last"
    )


class ActionIn(BaseModel):
    """An officer's action. A note and a release (of CAP messages) need a text; for the other kinds it is a remark."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["acknowledge", "unacknowledge", "note", "release"]
    actor: Annotated[str, Field(min_length=1, max_length=ACTOR_LONGEST)]
    text: Annotated[str, Field(max_length=TEXT_LONGEST)] = ""


class ActedOut(Answer):
    """`appended` is false when the wish was fulfilled already; `action` is then the one that did, `why` says so."""

    appended: bool
    why: str | None
    action: ActionOut | None
    alert: AlertOut | None = Field(description="the alert as it stands; null when it has cleared")


class IncidentOut(Answer):
    """Open alerts of one district and scenario that nothing hides."""

    id: str
    district: str
    district_name: str
    scenario: str
    level: str = Field(description="the worst of its alerts")
    since: datetime
    acknowledged: bool = Field(description="true when all its alerts are")
    alerts: tuple[str, ...] = Field(description="ids, worst first")
    hidden: int = Field(description="open alerts of the same district and scenario that are hidden")


class IncidentsOut(Answer):
    """A skeleton: alerts grouped by district and scenario, made anew at each request; no life of their own yet."""

    at: datetime
    incidents: tuple[IncidentOut, ...]
    hidden: Hidden


class HexesOut(Answer):
    """One layer: `cells[i]` (H3, text) has `values[i]`; null is no data, never zero. `breaks` is the fixed scale."""

    at: datetime
    layer: str
    unit: str
    window_minutes: int
    breaks: tuple[float, ...]
    spread_rings: int = Field(description="rings to which a value is carried where nothing measures")
    resolution: int
    devices: int
    late: int = Field(description="devices too old to colour the map")
    newest: datetime | None
    cells: tuple[str, ...]
    values: tuple[float | None, ...]


class StreamOut(Answer):
    """One stream. Accepted means stored once; what is not accepted is in rejects with its reason and bytes."""

    stream: str
    topic: str
    accepted: int = Field(description="rows stored, ever")
    rejected: dict[str, int] = Field(description="messages turned away by reason, ever (kept 90 days)")
    rejected_24h: dict[str, int]
    rows_15min: int
    lag: int | None = Field(description="messages not read yet; null when ingest is silent or waits for the broker")
    rate: float | None = Field(description="messages/s; null as lag")
    newest: datetime | None = Field(description="time of the newest event")
    received: datetime | None = Field(description="time of the newest arrival")
    delay_s: float | None = Field(description="age of the newest event")
    late: bool = Field(description="its newest event is older than usual, it is held, or nobody reads it: see state")
    state: str = Field(
        description="of its ingest; empty: it is silent; held: no more is read, because too much was turned away"
    )
    told: datetime | None = Field(description="when ingest said lag, rate and state; null while it is silent")


class StreamsOut(Answer):
    at: datetime
    picture: datetime = Field(description="of when rows_15min, newest and received are, at most 5 s more")
    streams: tuple[StreamOut, ...]


class RejectOut(Answer):
    """One message that was turned away. `preview` shows the first bytes; what is not printable is escaped."""

    received: datetime
    stream: str
    reason: str
    detail: str
    source: str
    position: str = Field(description="epoch:partition:offset:item of the message in its topic")
    size: int
    preview: str
    raw_base64: str = Field(description="the first 4,096 bytes")


class RejectsOut(Answer):
    rejects: tuple[RejectOut, ...]


class KpiOut(Answer):
    value: float | None
    unit: str
    at: datetime | None
    change: float | None
    versus: str


class SnapshotOut(Answer):
    """The city's picture in short."""

    at: datetime
    age_s: float
    error: str | None
    failures: tuple[str, ...]
    simulated: bool
    kpis: dict[str, KpiOut]
    layers: dict[str, int] = Field(description="cells with data, by layer")
    open_alerts: dict[str, int] = Field(description="by level, of those that are shown: 在办警情")
    hidden_alerts: Hidden


class HealthOut(Answer):
    alive: Literal[True] = True


class ReadyOut(Answer):
    """`reasons` is empty when ready."""

    ready: bool
    reasons: tuple[str, ...]


class Fault(Answer):
    """What went wrong, as a sentence."""

    detail: str
