// A page in the past: its clock, the questions of its moment, its address. The bar that people see is past_bar.js, the clock past_clock.js.
// Every part of the page shows the moment of the last frame; what counts ages (yiping.now) counts from there, too.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const RETRY = 2000; // ms after a question that failed
  const ALIVE = 5000; // ms between two questions about a moment that stands still: is the server there, and is it still kept?
  const NAMES = ["at", "pace", "since"];
  const idle = { paused: 5 * 60e3, playing: 30 * 60e3 }; // ms without a hand on a wall until it goes back to now

  let given = location.search; // the address that was opened: the map writes its own before a clock is read of it
  let clock = null; // {at, pace, since}; null is now
  let frame = null; // {moment, none, lacks}: what is on the screen
  let trouble = "", asking = null, asked = 0, touched = Date.now(), opened = false, started = false;

  const root = () => (yiping.root && yiping.root()) || null;
  const screen = () => (root() ? new URL(root().dataset.live, location).searchParams.get("screen") : "");
  const atlas = () => (screen() === "atlas" && yiping.atlas && yiping.atlas.view ? yiping.atlas : null);
  const able = () => ["wall", "desk", "atlas"].includes(screen());

  function told() {
    const looks = document.documentElement.classList, wide = Boolean(able() && (clock || opened)), tall = wide && screen() === "wall";
    looks.toggle("in-past", Boolean(clock));
    looks.toggle("past-open", wide);
    looks.toggle("past-frozen", Boolean(clock && trouble));
    if (looks.contains("past-tall") !== tall) {
      looks.toggle("past-tall", tall);
      document.dispatchEvent(new CustomEvent("yiping:past"));
    }
    if (yiping.pastBar) yiping.pastBar.show(api);
  }

  // --- the address ----------------------------------------------------------------------------------------------
  function write() {
    const map = atlas();
    if (map) return void writeMap(map);
    const url = new URL(location.href), wanted = clock ? yiping.pastClock.params(clock) : {};
    if (NAMES.every((name) => (url.searchParams.get(name) || "") === (wanted[name] || ""))) return;
    for (const name of NAMES) url.searchParams.delete(name);
    for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value);
    history.replaceState(history.state, "", address(url));
  }

  function address(url) {
    const query = String(url.searchParams).replaceAll("%3A", ":");
    return url.pathname + (query ? "?" + query : "");
  }

  // The map asks by itself for the moment that its view names.
  function writeMap(map) {
    const at = clock ? yiping.pastClock.iso(frame && !frame.none ? frame.moment : clock.at) : null;
    if (map.view.at !== at) map.go({ at }, { replace: true });
  }

  // What the address of the map says beside the moment of its view.
  function tail(at) {
    const known = started ? clock : yiping.pastClock.read(given, yiping.present());
    if (!known || !known.pace || !at) return "";
    const { pace, since } = yiping.pastClock.params(yiping.pastClock.rebased(known, Date.parse(at)));
    return "&pace=" + pace + "&since=" + since;
  }

  // --- the clock ------------------------------------------------------------------------------------------------
  function set(wanted) {
    clock = wanted;
    touched = Date.now();
    trouble = "";
    started = true;
    if (asking) asking.abort();
    asking = null;
    if (!clock) return leave();
    if (yiping.silence) yiping.silence();
    write();
    told();
    beat(true);
  }

  function leave() {
    frame = null;
    if (window.dash_clientside && document.getElementById("past-at") !== null) window.dash_clientside.set_props("past-at", { data: null });
    write();
    told();
    yiping.reopen();
  }

  // The moment that people see: while the map still draws, that of its cells.
  const seen = () => {
    const map = clock && atlas() && atlas().map;
    return map && map.asker && map.asker.asking && map.shown && map.shown.resolution >= 0 ? map.shown.answer.at : here();
  };

  const here = () => (frame ? frame.moment : clock ? clock.at : yiping.present());

  function play(pace) {
    const now = yiping.present(), at = clock ? (clock.pace ? yiping.pastClock.shown(clock, now) : clock.at) : null;
    if (at !== null) set({ at, pace, since: now });
  }

  function pause() {
    if (clock && clock.pace) set({ at: here(), pace: 0, since: 0 });
  }

  function go(moment) {
    const now = yiping.present();
    set(moment >= now - 1000 ? null : { at: yiping.pastClock.grid(moment, 0), pace: 0, since: 0 });
  }

  // --- the questions --------------------------------------------------------------------------------------------
  async function beat(hurry) {
    if (!clock || !root() || asking || document.hidden && !hurry) return;
    const moment = yiping.pastClock.shown(clock, yiping.present()), map = atlas();
    if (moment === null) return set(null);
    if (!hurry && map && map.map && map.map.asker && map.map.asker.asking) return; // the map still draws the moment before
    const due = trouble ? RETRY : frame && frame.moment === moment ? ALIVE : 0;
    if (!hurry && Date.now() - asked < due) return;
    const mine = (asking = new AbortController());
    asked = Date.now();
    told();
    try {
      await ask(moment, mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      trouble = error.message;
    }
    if (asking === mine) asking = null;
    told();
  }

  async function ask(moment, signal) {
    const live = new URL(root().dataset.live, location).searchParams, query = new URLSearchParams({ screen: live.get("screen"), lang: live.get("lang"), at: yiping.pastClock.iso(moment) });
    const scene = new URLSearchParams(location.search).get("scene") || "";
    if (scene) query.set("scene", scene);
    if (frame && frame.root === root() && frame.scene === scene && !frame.none) query.set("have", frame.moment);
    const answer = await fetch("/past?" + query, { signal, cache: "no-store" });
    if (answer.status >= 500) yiping.alive();
    if (!answer.ok) throw new Error(answer.status === 503 && (await answer.json()).detail === "crowded" ? "crowded" : "failed");
    const text = await answer.text(), message = JSON.parse(text);
    if (signal.aborted) return;
    trouble = "";
    if (message.present) return void setTimeout(() => set(null), 0);
    frame = { moment: Number(message.shown), none: message.none || "", lacks: message.lacks || "", scene, root: root() };
    yiping.hear(message, text.length);
    write();
  }

  // --- coming back by itself, and the ways in ---------------------------------------------------------------------
  // ms until a wall that nobody touches goes back to now; null for a screen that waits for people.
  function left() {
    if (screen() !== "wall" || !(clock || opened)) return null;
    return Math.max(0, touched + (clock && clock.pace ? idle.playing : idle.paused) - Date.now());
  }

  function tick() {
    if (!root() || !able()) return;
    if (left() === 0) open(false);
    if (clock) {
      write();
      beat(false);
    }
    told();
  }

  function open(on) {
    opened = on;
    touched = Date.now();
    if (!on && clock) return set(null);
    told();
  }

  // Another moment than that of the address, before there is a clock: it begins there.
  function give(at) {
    const known = yiping.pastClock.read(given, yiping.present() + 1000);
    if ((known ? known.at : null) !== (at ? Date.parse(at) : null)) given = at ? "?at=" + encodeURIComponent(at) : "";
  }

  function begin() {
    if (!started) clock = able() ? yiping.pastClock.read(given, yiping.present() + 1000) : null;
    started = true;
    return Boolean(clock);
  }

  const api = (yiping.past = {
    idle, tail, play, pause, go, open, left, begin,
    now: () => set(null),
    on: () => Boolean(clock),
    again: () => { frame = null; asked = 0; if (asking) asking.abort(); asking = null; told(); beat(true); },
    shown: () => (clock && frame ? frame.moment : clock ? clock.at : null),
    state: () => ({ clock, frame, trouble, opened, waiting: Boolean(asking), screen: screen(), root: root(), here: here(), seen: seen() }),
  });

  // Links to the other screens, and to the other language, lead to the same moment.
  document.addEventListener("click", (event) => {
    const link = clock && event.target.closest && event.target.closest("a[href]");
    if (!link || link.origin !== location.origin || !["/", "/desk", "/map"].includes(link.pathname)) return;
    const url = new URL(link.href);
    for (const [name, value] of Object.entries(yiping.pastClock.params(clock))) url.searchParams.set(name, value);
    link.href = address(url);
  }, true);

  for (const kind of ["pointerdown", "keydown", "wheel"]) document.addEventListener(kind, () => (touched = Date.now()), { capture: true, passive: true });

  // Somebody went back in the history of the map, or wrote another moment into its view.
  (yiping.atlas = yiping.atlas || { listeners: [], openers: [] }).openers.push(() => yiping.atlas.listeners.push((view, changed) => {
    const mine = clock ? yiping.pastClock.iso(frame && !frame.none ? frame.moment : clock.at) : null;
    if (changed.includes("at") && !started) give(view.at);
    else if (changed.includes("at") && view.at !== mine) setTimeout(() => set(view.at ? { at: Date.parse(view.at), pace: 0, since: 0 } : null), 0);
  }));

  document.addEventListener("yiping:warnings", () => clock && told()); // the map has drawn all of its moment

  setInterval(tick, 1000);
})();
