"""/api/devices: the registry, who is not in it, who is silent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Response

from dashboard import datums, device_answers
from layers import registered
from layers.devices import causes
from streams.device_file import skeleton

if TYPE_CHECKING:
    from dashboard.context import Context

MOST = 1_000
MOST_IN_FILE = 100_000


def router(context: Context, asked: Callable[[Callable[[], Any]], Awaitable[Any]], responses: Any) -> APIRouter:
    """The routes; `asked` runs a question in a thread and turns its failure into an answer."""
    api = APIRouter(prefix="/api/devices", tags=["devices"], responses=responses)
    database, now = context.database, context.state.now

    @api.get("")
    async def devices(
        registered_: Annotated[bool, Query(alias="registered", description="false: heard, but not registered")] = True,
        after: Annotated[str, Query(max_length=256, description="registered devices after this one, by id")] = "",
        limit: Annotated[int, Query(ge=1, le=MOST)] = 200,
        datum: datums.Asked = "WGS-84",
    ) -> device_answers.DevicesOut:
        """Registered devices by id, page by page; or those of the last 24 hours that nobody registered."""
        if not registered_:
            found = await asked(lambda: registered.strangers(database, now(), limit))
            heard = device_answers.unknown(found.first)
            return datums.told_in(device_answers.DevicesOut(at=now(), devices=heard), datum)
        rows = await asked(lambda: registered.registered(database, after, limit))
        more = rows[-1]["device"] if len(rows) == limit else None
        devices = tuple(map(device_answers.registered, rows))
        return datums.told_in(device_answers.DevicesOut(at=now(), devices=devices, after=more), datum)

    @api.get("/silent")
    async def silent() -> device_answers.SilencesOut:
        """Registered devices that said nothing for more than three of their intervals, one line a cause."""
        (known, watched), gateways = await asked(
            lambda: (registered.counted(database), registered.silent(database, now()))
        )
        return device_answers.SilencesOut(
            at=now(),
            registered=known,
            watched=watched,
            silent=sum(one.silent for one in gateways),
            silences=tuple(map(device_answers.silence, causes(gateways, watched))),
        )

    @api.get("/unknown.csv", response_class=Response)
    async def unknown_file() -> Response:
        """The devices that nobody registered, as a devices.csv to fill in."""
        found = await asked(lambda: registered.strangers(database, now(), MOST_IN_FILE))
        content = skeleton(device_answers.to_fill_in(found.first))
        name = {"Content-Disposition": 'attachment; filename="devices.csv"'}
        return Response(content, media_type="text/csv; charset=utf-8", headers=name)

    return api
