"""Who may change something: pages of this server, called by a name of this machine."""

import pytest

from dashboard.origin import loopback, ours, refusal

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1:8050", "localhost:8050", "LOCALHOST", "[::1]:8050", "[::1]"])
def test_names_of_this_machine(host):
    assert loopback(host)
    assert refusal({**JSON, "host": host, "origin": f"http://{host}"}) is None


@pytest.mark.parametrize(
    "host", ["evil.com", "evil.com:8050", "127.0.0.1.evil.com", "localhost.evil.com", "10.0.0.1", "", "[::1", "a@b:c"]
)
def test_a_foreign_name_that_points_here_is_refused(host):
    assert "Host" in (refusal({**JSON, "host": host, "origin": f"http://{host}"}) or "")
    assert "Host" in (refusal({**JSON, "host": host}) or "")


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1:8050",
        "localhost",
        "[::1]:8050",
        "10.1.2.3:80",
        "[fd00::5]",
        "Wall.city.example:443",
        "wall.city.example.",
    ],
)
def test_looked_at_by_address_and_by_our_names(host):
    assert ours(host, {"wall.city.example"})


@pytest.mark.parametrize(
    "host",
    ["evil.com", "evil.com:8050", "10.0.0.1.evil.com", "city.example", "x.wall.city.example", "[::1", "2130706433"],
)
def test_a_foreign_name_does_not_even_look(host):
    assert not ours(host, {"wall.city.example"})
