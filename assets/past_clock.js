// The one clock of a replay, as dashboard/past/clock.py has it: an instant, a pace, a start. Times are epoch ms; nothing else is touched.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const PACES = [10, 60, 600];
  const LENGTHS = { "6h": 6 * 3600e3, "24h": 24 * 3600e3, "7d": 7 * 86400e3, "30d": 30 * 86400e3, all: Infinity };

  // The last of the moments that are shown at a pace, a second of the clock apart: all who look see the same.
  function grid(moment, pace) {
    const apart = 1000 * Math.max(1, pace);
    return Math.floor(moment / apart) * apart;
  }

  // What a clock {at, pace, since} shows; null once it has come to the present.
  function shown(clock, now) {
    const moment = clock.pace ? clock.at + clock.pace * (now - clock.since) : clock.at;
    return moment >= now ? null : grid(moment, clock.pace);
  }

  function read(search, now) {
    const given = new URLSearchParams(search), at = instant(given.get("at")), since = instant(given.get("since"));
    if (at === null || at >= now) return null;
    const pace = PACES.find((one) => String(one) === given.get("pace")) || 0;
    return pace && since !== null && since <= now ? { at, pace, since } : { at, pace: 0, since: 0 };
  }

  function instant(text) {
    const plain = (text || "").replace(" ", "+");
    if (!/^\d{4}-\d\d-\d\d.*(Z|[+-]\d\d:?\d\d)$/.test(plain)) return null;
    const found = Date.parse(plain);
    return Number.isFinite(found) ? found : null;
  }

  const iso = (ms) => new Date(ms).toISOString().replace(".000", "");

  // The same clock, as it stands when it shows `moment`.
  function rebased(clock, moment) {
    return clock.pace ? { at: moment, pace: clock.pace, since: Math.round(clock.since + (moment - clock.at) / clock.pace) } : { at: moment, pace: 0, since: 0 };
  }

  function params(clock) {
    return clock.pace ? { at: iso(clock.at), pace: String(clock.pace), since: iso(clock.since) } : { at: iso(clock.at) };
  }

  // The shortest span up to now that a moment lies in.
  function spanOf(moment, now) {
    return Object.keys(LENGTHS).find((key) => now - LENGTHS[key] <= moment);
  }

  // How far a press of an arrow goes: about a three-hundredth of what the slider spans, as people count.
  function step(length) {
    return [60e3, 300e3, 1800e3, 7200e3, 86400e3].find((one) => length / one <= 400) || 86400e3;
  }

  yiping.pastClock = { PACES, LENGTHS, grid, shown, read, iso, rebased, params, spanOf, step };
})();
