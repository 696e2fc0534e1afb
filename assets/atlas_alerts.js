// Open warnings as a list over the map, of the moment that the map shows. A press on one flies there and opens its place.
// What they are comes with the warnings on the map (atlas_marks.js); every text is the server's.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const atlas = (yiping.atlas = yiping.atlas || { listeners: [], openers: [] });
  const LATE = 15000; // ms without an answer after which the list says that it is old
  const CLOSE = 11.8; // zoom at which a warning's cells and neighbours are told apart
  const NARROW = 70; // rem of the map below which the list is folded
  let root = null, setup = null, list = null, heard = 0, wanted = null, open = true, folded = false, chosen = "";

  const { element } = yiping;
  const part = () => document.getElementById("atlas-alerts");
  const say = (key, values) => yiping.fill(setup.words["alerts." + key], values);
  const panelled = () => atlas.view.place !== "city" || !document.getElementById("atlas-panel").hidden;
  const narrow = () => part().parentElement.clientWidth / yiping.rem() - (panelled() ? 26 : 0) < NARROW;

  function begin(found, known) {
    [root, setup, list, heard, wanted, chosen, folded] = [found, known, null, Date.now(), null, "", false];
    open = !narrow();
    atlas.listeners.push((view, changed) => {
      if (!changed.length || changed.includes("at")) [wanted, heard] = [view.at ? Date.parse(view.at) : null, Date.now()];
      if (changed.includes("place") && chosen && placeOf(chosen) !== view.place) chosen = "";
      if (changed.includes("place")) fit();
      show();
    });
  }

  // Beside a panel the list leaves no map: it is folded, and comes back when the panel goes.
  function fit() {
    if (narrow() && open) [open, folded] = [false, true];
    else if (folded && !narrow()) [open, folded] = [true, false];
  }

  const placeOf = (id) => {
    const line = list && list.lines.find((one) => one.id === id);
    return line ? within(line.place) : "";
  };
  const within = (place) => (setup.stations[place.slice(7)] ? place.replace("device:", "station:") : place || "city");

  // --- what is seen -----------------------------------------------------------------------------------------------
  // Of another moment than the map's, or of a while ago: said, never hidden.
  const old = () => (wanted === null || (list && list.at !== wanted)) && Date.now() - heard > LATE;

  function show() {
    const place = part();
    if (!place || !list && !old()) return;
    const key = JSON.stringify([list, old(), open, chosen, wanted]);
    if (place.dataset.key === key) return;
    place.dataset.key = key;
    place.hidden = false;
    place.classList.toggle("old", old());
    place.classList.toggle("folded", !open);
    const held = place.contains(document.activeElement) && document.activeElement.dataset.alert;
    place.replaceChildren(head(), ...(open ? body() : []));
    root.style.setProperty("--alerts", place.offsetWidth + "px"); // what is left for the breadcrumb
    const again = held && place.querySelector('[data-alert="' + CSS.escape(held) + '"]');
    if (again) again.focus({ preventScroll: true });
  }

  // No warning and no warning known are two things.
  const unknown = () => !list || (!list.count && (Boolean(list.doubt) || old()));

  function head() {
    const levels = list ? list.levels : [], button = element("button", "", element("b", "", say("title")), element("strong", "", unknown() ? "—" : String(list.count)));
    button.append(...levels.map(([level, sign, count]) => {
      const made = element("span", "atlas-level " + level, sign + "\u2009" + count);
      made.setAttribute("aria-label", setup.marks[level] + " " + count);
      return made;
    }));
    Object.assign(button.dataset, { alert: "all" });
    button.setAttribute("aria-expanded", String(open));
    return element("h2", "", button);
  }

  function body() {
    const said = [old() ? (list ? say("kept", { clock: clock(list.at) }) : say("failed")) : "", list ? list.doubt : ""].filter(Boolean);
    const parts = [...(wanted === null || !list ? [] : [element("p", "then", say("at", { clock: clock(list.at) }))]), ...said.map((text) => element("p", "doubt", text))];
    if (!list) return parts;
    if (!list.lines.length && !said.length) parts.push(element("p", "", say("none")));
    const rows = element("ul", "", ...list.lines.map((line) => element("li", "", row(line))));
    return [...parts, ...(list.lines.length ? [rows] : []), ...[list.more, list.renamed].filter(Boolean).map((text) => element("p", "more", text))];
  }

  function clock(ms) {
    const [day, time, second] = yiping.pastBar.full(ms, root.dataset.zone), today = yiping.pastBar.full(yiping.present(), root.dataset.zone)[0];
    return (day === today ? "" : day + " ") + time + second;
  }

  function row(line) {
    const goes = line.lat !== undefined || line.place, made = element(goes ? "button" : "a", line.level,
      element("i", "atlas-level " + line.level, line.sign), element("b", "", line.what), line.value && line.value !== "—" && element("span", "value", line.value),
      element("small", "where", ...[line.where, goes ? "" : say("unplaced"), line.since].filter(Boolean).map((text) => element("span", "", text))), element("small", "state", line.state),
      line.of && element("small", "of", line.of));
    if (!goes) made.href = "/desk?alert=" + line.id + "&lang=" + atlas.view.lang;
    made.dataset.alert = line.id;
    if (line.id === chosen) made.setAttribute("aria-current", "true");
    return made;
  }

  // --- hands ------------------------------------------------------------------------------------------------------
  function go(line) {
    chosen = line.id;
    const place = within(line.place), district = Boolean(setup.districts[place]);
    if (place !== atlas.view.place) atlas.go({ place, ...(district ? { eye: null } : {}) });
    fit();
    show();
    if (!district && line.lat !== undefined && atlas.map && atlas.map.ready) requestAnimationFrame(() => fly(line));
  }

  function fly({ lat, lon }) {
    const { map, where } = atlas.map, close = CLOSE + Math.log2(Math.max(1, yiping.scale()));
    where.look([lon, lat], Math.max(map.getZoom(), close), 700);
  }

  function press(event) {
    const found = event.target.closest && event.target.closest("#atlas-alerts button[data-alert]");
    if (!found || !root || !root.isConnected) return;
    if (found.dataset.alert === "all") {
      [open, folded] = [!open, false];
      return show();
    }
    const line = list && list.lines.find((one) => one.id === found.dataset.alert);
    if (line) go(line);
  }

  function step(event) {
    const found = event.target.closest && event.target.closest("#atlas-alerts [data-alert]"), way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!found || !way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const all = [...part().querySelectorAll("[data-alert]")];
    all[Math.min(all.length - 1, Math.max(0, all.indexOf(found) + way))].focus();
  }

  // Once panel and list stand, the chosen place comes out from under them.
  const uncover = () => atlas.map && atlas.map.ready && atlas.map.where.uncover();

  document.addEventListener("click", press);
  document.addEventListener("keydown", step);
  document.addEventListener("yiping:told", () => {
    if (!root || !root.isConnected) return;
    fit(); // a polygon has a panel, too
    show();
    uncover();
  });
  document.addEventListener("yiping:warnings", ({ detail }) => {
    if (!root || !root.isConnected) return;
    const first = !list;
    [list, heard] = [detail, Date.now()];
    show();
    if (first) uncover();
  });
  setInterval(() => root && root.isConnected && show(), 1000);

  atlas.openers.push(begin);
})();
