"""The routes of the web application: pages, files, headers, and that nothing is shadowed by Dash's own routes."""

import re
import threading
import time

import httpx
import pytest

from config.words import LANGUAGES
from dashboard.preflight import CannotStart
from dashboard.web import listen
from tests.dashboard.served import running

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with running(tmp_path_factory.mktemp("data")) as show:
        yield show.address


@pytest.mark.parametrize("path", ["/", "/desk", "/ops", "/desk/", "/ops/"])
def test_a_page_is_dash(address, path):
    answer = httpx.get(address + path)
    assert answer.status_code == 200
    assert "react-entry-point" in answer.text


@pytest.mark.parametrize("path", ["/", "/desk", "/map", "/ops"])
def test_a_page_says_which_language_it_is_of(address, path):
    told = {asked: httpx.get(f"{address}{path}?lang={asked}").text for asked in ("en", "zh-CN", "", 'x"><script>')}
    assert [re.findall('<html lang="(.*?)">', text) for text in told.values()] == [
        ["en"],
        ["zh-CN"],
        ["zh-CN"],
        ["zh-CN"],
    ]


@pytest.mark.parametrize("path", ["/", "/api/alerts", "/assets/style.css", "/healthz", "/nothing"])
def test_nothing_is_read_under_a_foreign_name(address, path):
    """A page of that name, made to point here, would be of our origin."""
    answer = httpx.get(address + path, headers={"Host": "evil.example:8050"})
    assert (answer.status_code, "YIPING_NAMES" in answer.text) == (421, True)
    assert httpx.get(address + path, headers={"Host": "10.1.2.3:8050"}).status_code != 421


@pytest.mark.parametrize(("language", "title"), [("zh-CN", "没有这个页面"), ("en", "No such page")])
def test_another_address_is_missing(address, language, title):
    answer = httpx.get(f"{address}/nothing/here?lang={language}")
    assert answer.status_code == 404
    assert title in answer.text


@pytest.mark.parametrize("path", ["/", "/nothing", "/geo/cells.geojson", "/assets/style.css"])
def test_the_policy_allows_no_other_host(address, path):
    policy = httpx.get(address + path).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert not re.search(r"https?:|\*|unsafe-eval", policy)
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_a_page_names_no_other_host(address):
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", httpx.get(address + "/").text)


def test_geometry_is_asked_for_once(address):
    first = httpx.get(address + "/geo/cells.geojson")
    tag = first.headers["etag"]
    again = httpx.get(address + "/geo/cells.geojson", headers={"If-None-Match": tag})
    named = httpx.get(f"{address}/geo/cells.geojson?v={tag.strip(chr(34))}")
    assert first.json()["type"] == "FeatureCollection"
    assert (again.status_code, again.content) == (304, b"")
    assert "immutable" in named.headers["cache-control"]
    assert "immutable" not in first.headers["cache-control"]


def test_geometry_is_packed_for_those_who_take_it(address):
    plain = httpx.get(address + "/geo/cells.geojson", headers={"Accept-Encoding": "identity"})
    packed = httpx.get(address + "/geo/cells.geojson")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


@pytest.mark.parametrize("path", ["/geo/nothing.geojson", "/vendor/../app.py", "/vendor/other.js", "/live?screen=no"])
def test_what_is_not_there_is_missing(address, path):
    assert httpx.get(address + path).status_code == 404


def test_the_map_library_comes_from_here(address):
    assert len(httpx.get(address + "/vendor/maplibre-gl.js").content) > 500_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_push_sends_a_whole_wall_first(address, language):
    with httpx.stream("GET", f"{address}/live?screen=wall&lang={language}", timeout=10) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        first = next(line for line in lines if line.startswith("data:"))
    assert '"kpi-3"' in first
    assert '"map":{' in first


def test_the_server_stops_though_screens_look(tmp_path):
    with running(tmp_path) as show:
        stream = threading.Thread(target=lambda: httpx.get(show.address + "/live", timeout=30), daemon=True)
        stream.start()
        end = time.monotonic() + 20
        while not show.state.watching and time.monotonic() < end:
            time.sleep(0.01)
        assert show.state.watching == 1
        start = time.monotonic()
    assert time.monotonic() - start < 12, "a stream does not end by itself before 30 s"


def test_a_taken_port_is_said_in_a_sentence():
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(CannotStart, match=f"port {port} .* is taken; choose another with YIPING_WEB_PORT"):
            listen("127.0.0.1", port)
