"""The web application: one Dash app on FastAPI, its pages chosen by the address, every other route before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, dcc, html
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse

from config.read import read_words
from config.settings import ASSETS
from config.words import LANGUAGES, Words
from dashboard import api, audience, ground_routes, live
from dashboard.atlas import callbacks as atlas_callbacks
from dashboard.atlas import dot_routes, search_routes
from dashboard.atlas import layout as atlas_layout
from dashboard.atlas import push as atlas_push
from dashboard.atlas import routes as atlas
from dashboard.atlas.view import read as read_view
from dashboard.brief import routes as brief
from dashboard.context import Context
from dashboard.desk import callbacks as desk_callbacks
from dashboard.desk import layout as desk_layout
from dashboard.desk import push as desk_push
from dashboard.desk.page import another_key
from dashboard.files import drawn_urls, geometry_urls
from dashboard.files import router as files_router
from dashboard.fonts import Fonts
from dashboard.languages import language_of
from dashboard.ops import callbacks as ops_callbacks
from dashboard.ops import layout as ops_layout
from dashboard.ops import push as ops_push
from dashboard.parameters import unfit
from dashboard.past import clock
from dashboard.past import routes as past_routes
from dashboard.past.layout import around
from dashboard.past.seen import Past
from dashboard.security import Guard, headers
from dashboard.wall import layout as wall
from dashboard.wall import panels
from layers.moments import to_ms

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from dashboard.frames import Frame
    from dashboard.state import Moment

Page = Callable[[Words, str], Any]
"""(words, query of the address) -> the page."""

INDEX = """<!DOCTYPE html>
<html>
    <head>
        {%metas%}
        <title>{%title%}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        {%css%}
    </head>
    <body>
        {%app_entry%}
        <footer>
            {%config%}
            {%scripts%}
            {%renderer%}
        </footer>
    </body>
</html>"""


def create_app(context: Context, fonts: Fonts | None = None) -> ASGIApp:
    """The whole web interface of one city. `context.state` need not run yet; `fonts` are made by whoever gives them."""
    context = audience.fitting(context)
    server = FastAPI(title="Yiping", version="1", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    server.include_router(files_router(context.city, fonts or Fonts(context.settings.data)))
    server.include_router(ground_routes.router(context.city, context.settings.wmts_key))
    past = Past(context)
    server.include_router(live.router(context, screens(context)))
    server.include_router(past_routes.router(past, replayed(context)))
    server.include_router(api.router(context))
    server.add_exception_handler(RequestValidationError, unfit)
    server.include_router(brief.router(context))
    server.include_router(atlas.router(context))
    server.include_router(search_routes.router(context))
    server.include_router(dot_routes.router(past))
    app = _dash(server, context, past)
    _missing(server, context)
    told = headers(app.csp_hashes(), ground_routes.foreign_hosts(context.city, context.settings.wmts_key))
    stranger = read_words(context.settings.language)("wall.stranger")
    return Guard(server, told, [path for path in pages(context) if path != "/"], context.settings.names, stranger)


def screens(context: Context) -> Mapping[str, live.Draw]:
    """What the push can draw, by name."""

    def draw_wall(moment: Moment, language: str, scene: str) -> Frame:
        return panels.frame(moment, read_words(language), context.city, context.rulebook, scene)

    return {"wall": draw_wall, "desk": desk_push.frame, "ops": ops_push.frame, "atlas": atlas_push.frame}


def replayed(context: Context) -> Mapping[str, live.Draw]:
    """Those of them that can show a past moment. Of the machine's own past nobody asks on a screen."""
    return {name: draw for name, draw in screens(context).items() if name != "ops"}


def pages(context: Context) -> Mapping[str, Page]:
    """The pages of the Dash app, by address."""
    return {
        "/": lambda words, _: wall.layout(words, context.city, geometry_urls(context.city)),
        "/desk": lambda words, _: desk_layout.layout(words, context.profile, another_key()),
        "/ops": lambda words, _: ops_layout.layout(words, context.profile),
        "/map": lambda words, search: _map(context, words, search),
    }


def _map(context: Context, words: Words, search: str) -> Any:
    """The map as its address says; what the address says wrong is mended, and said."""
    view, mends = read_view(search, audience.choices(context, context.state.now(), words.language))
    layers = audience.layers(context.city, context.settings.audience)
    return atlas_layout.layout(words, context.city, drawn_urls(context.city), view, mends, layers)


class Screens(Dash):
    """Dash with the language of each page where programs look for it: a reader's voice, a translator, hyphenation."""

    spoken = LANGUAGES[0]

    def interpolate_index(self, *args: Any, **parts: Any) -> str:
        """The page's frame, told to be of the language that its address names."""
        asked = str(self.backend.request_adapter().args.get("lang", ""))
        language = asked if asked in LANGUAGES else self.spoken
        made: str = super().interpolate_index(*args, **parts)  # type: ignore[no-untyped-call]
        return made.replace("<html>", f'<html lang="{language}">', 1)


def _dash(server: FastAPI, context: Context, past: Past) -> Dash:
    words = read_words(context.settings.language)
    app = Screens(
        __name__,
        server=server,  # type: ignore[arg-type]  # Dash takes the application of its backend; its annotation lags
        backend="fastapi",
        assets_folder=str(ASSETS),
        index_string=INDEX,
        title=f"{words.name(context.profile.name)} · {words('wall.title')}",
        update_title="",
        suppress_callback_exceptions=True,
        add_log_handler=False,
    )
    app.spoken = words.language
    app.backend.websocket_capability = False  # the push is ours: no second, idle socket a screen (see security.Guard)
    app.layout = html.Div([dcc.Location(id="address", refresh=False), html.Div(id="page")])
    _route(app, context)
    desk_callbacks.register(app, context, past)
    atlas_callbacks.register(app, context)
    ops_callbacks.register(app, context)
    return app


def _route(app: Dash, context: Context) -> None:
    """A page is made when its address is opened, and again when Location says so; its query alone remakes nothing."""
    known = pages(context)

    @app.callback(Output("page", "children"), Input("address", "pathname"), State("address", "search"))
    async def page(path: str | None, search: str | None) -> Any:
        make = known.get((path or "/").rstrip("/") or "/", known["/"])
        words = read_words(language_of(search, context.settings.language))
        return around(make(words, search or ""), words, _moment(search, context))


def _moment(search: str | None, context: Context) -> int | None:
    """The past moment (epoch ms) that an address asks for; None is now."""
    now = context.state.now()
    asked = clock.read(search, now)
    shown = asked.shown(now) if asked else None
    return to_ms(shown) if shown else None


def _missing(server: FastAPI, context: Context) -> None:
    """Every other address: a page that says so, with status 404. Dash would answer 200 and an empty page."""

    @server.get("/{path:path}", include_in_schema=False)
    async def missing(request: Request) -> HTMLResponse:
        words = read_words(language_of(request.url.query, context.settings.language))
        return HTMLResponse(missing_page(words), status_code=404)


def missing_page(words: Words) -> str:
    """The 404 page: what is not here, and the way back."""
    title, text, back = words("wall.missing.title"), words("wall.missing.text"), words("wall.missing.back")
    return (
        f'<!DOCTYPE html><html lang="{words.language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<link rel="stylesheet" href="/assets/style.css"></head><body><main class="missing">'
        f'<h1>{title}</h1><p>{text}</p><p><a href="/?lang={words.language}">{back}</a></p></main></body></html>'
    )
