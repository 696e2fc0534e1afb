// The panel of the chosen place, and links inside it. The server writes it (dashboard/atlas/callbacks.py); here it is asked for,
// its border is drawn on the map, and its links change the view without loading a page.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const atlas = (yiping.atlas = yiping.atlas || { listeners: [], openers: [] });
  const AGAIN = 30000; // ms after which the panel of a place as of now is read again
  const SOON = 5000; // ms after which what could not be read is asked for again
  const LATE = 250; // ms without an answer after which the panel says that it reads: sooner it would only flash
  const PARTS = ["layer", "place", "at", "lang", "look"];
  const panel = (atlas.panel = { words: {}, drawn: null, ask, fold, said, outline });
  yiping.panelStats = { asked: 0, ms: 0 };
  let root = null, began = 0, wanted = "", late = 0, read = "", watcher = null, returns = null, sought = "", pressed = false, keyed = false; // pressed: the last thing a hand did was a key; keyed: so the panel was opened

  const body = () => document.getElementById("atlas-told");
  const side = () => document.getElementById("atlas-panel");

  function said(key, values) {
    if (!panel.words[key] && body()) panel.words = JSON.parse(body().dataset.words); // asked before this script was told of the page
    return yiping.fill(panel.words[key] || key, values);
  }

  function open(found) {
    root = found;
    panel.words = JSON.parse(body().dataset.words);
    panel.drawn = null;
    [wanted, read] = ["", ""];
    if (watcher) watcher.disconnect();
    watcher = new MutationObserver(filled);
    watcher.observe(body(), { childList: true, attributes: true, attributeFilter: ["data-ring", "data-nth"] });
    atlas.listeners.push(changed);
  }

  function changed(view, parts) {
    if (parts.includes("place")) {
      [panel.drawn, keyed] = [null, pressed && view.place !== "city"];
      sought = view.eye || view.place === "city" || atlas.setup.districts[view.place] ? "" : view.place;
    }
    if (!parts.length || PARTS.some((part) => parts.includes(part))) ask();
  }

  // Asks for what is looked at now; `drawn` is a polygon or a ring of cells that has no name yet.
  function ask(drawn) {
    if (drawn !== undefined) panel.drawn = drawn;
    const view = atlas.view, told = Object.fromEntries(PARTS.map((part) => [part, view[part]]));
    if (panel.drawn) told.drawn = panel.drawn;
    const empty = view.place === "city" && !panel.drawn;
    if (!empty && side().hidden) returns = document.activeElement;
    side().hidden = empty;
    const key = JSON.stringify(told);
    if (key !== wanted) waits(!empty);
    wanted = key;
    began = performance.now();
    send({ ...told, nth: (yiping.panelStats.asked += 1) });
    if (empty) border("");
  }

  // What a place is: its answer may be old for another layer or moment, but never another's.
  const what = () => (panel.drawn ? JSON.stringify(panel.drawn) : atlas.view.place);

  function waits(yes) {
    clearTimeout(late);
    side().classList.toggle("waiting", yes);
    side().setAttribute("aria-busy", String(yes));
    if (yes && read !== what()) late = setTimeout(() => reads(true), LATE);
    else reads(false);
  }

  // Another place's words are not left standing for it.
  function reads(yes) {
    side().classList.toggle("reading", yes);
    document.getElementById("atlas-reading").textContent = yes ? said("panel.loading") : "";
  }

  function send(told) {
    if (window.dash_clientside && window.dash_clientside.set_props && document.getElementById("atlas-told")) window.dash_clientside.set_props("atlas-asked", { data: told });
  }

  // What the server wrote is in the page: the time it took, where the keyboard goes on, the border on the map.
  function filled() {
    border(body().dataset.ring || "");
    if (body().dataset.nth !== String(yiping.panelStats.asked)) return; // a later answer is on its way
    yiping.panelStats.ms = performance.now() - began;
    read = side().hidden ? "" : what();
    waits(false);
    document.dispatchEvent(new CustomEvent("yiping:told"));
    seek();
    const title = body().querySelector("h2");
    if (title && !side().hidden && (keyed || (returns && document.activeElement === document.body))) title.focus({ preventScroll: true });
    if (title) keyed = false;
  }

  function border(text) {
    const ring = text ? JSON.parse(text) : null;
    if (atlas.draw) atlas.draw.border(ring, spot());
  }

  // An address that names a place and not from where: the panel knows where it is, so the map goes there, once.
  function seek() {
    const text = body().dataset.ring, at = spot();
    if (!sought || sought !== atlas.view.place || !(text || at)) return;
    if (!atlas.map || !atlas.map.ready) return void document.addEventListener("yiping:map", seek, { once: true });
    sought = "";
    atlas.map.where.seek(text ? JSON.parse(text) : null, at);
  }

  // Where the told place is, [lon, lat], of one that is a point.
  function spot() {
    const copy = /^(device|station|facility|camera):/.test(atlas.view.place) && !panel.drawn ? body().querySelector("[data-copy]") : null;
    return copy && copy.dataset.copy.split(",").map(Number).reverse();
  }

  // Points of a place that is told; null of another one.
  function outline(place) {
    const told = !panel.drawn && read === place ? body() : null, copy = told && told.querySelector("[data-copy]");
    if (!copy) return null;
    return told.dataset.ring ? JSON.parse(told.dataset.ring) : [copy.dataset.copy.split(",").map(Number).reverse()];
  }

  // Back to the whole city: the keyboard goes back to where it came from.
  function fold() {
    panel.drawn = null;
    if (atlas.view.place === "city") ask();
    else atlas.go({ place: "city" });
    const before = returns && returns.isConnected && returns !== document.body ? returns : document.getElementById("atlas-map");
    returns = null;
    before.focus({ preventScroll: true });
  }

  function eye(text) {
    const [lat, lon] = text.split(",").map(Number), zoom = atlas.view.eye ? atlas.view.eye[2] : 0;
    return [lat, lon, Math.max(zoom, 13.5)];
  }

  // --- hands --------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    if (!root || !root.isConnected || !event.target.closest("#atlas-panel")) return;
    const link = event.target.closest("[data-place]"), at = event.target.closest("[data-spot]"), copy = event.target.closest("[data-copy]");
    const around = event.target.closest("[data-around]");
    if (link && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
    if (copy) return void copied(copy);
    if (around) return void rings(around.dataset.around);
    if (!link && !at) return;
    event.preventDefault();
    if (link && link.dataset.place === "city") return fold();
    const where = at ? { eye: eye(at.dataset.spot) } : { eye: null };
    atlas.go(link ? { place: link.dataset.place, ...(at ? where : {}) } : where);
    if (at && atlas.map && atlas.map.map) atlas.map.where.look([where.eye[1], where.eye[0]], where.eye[2], 400);
    side().scrollTop = 0;
  });

  function rings(text) {
    const [cell, count] = text.split(",");
    ask({ cell, rings: Number(count) });
  }

  function copied(button) {
    const text = button.dataset.copy;
    if (navigator.clipboard) navigator.clipboard.writeText(text).catch(() => {});
    button.textContent = said("panel.copied");
    setTimeout(() => (button.textContent = text), 1200);
  }

  // Who opened a place with a key reads on in its panel; a mouse or a finger takes nobody's keyboard away.
  document.addEventListener("keydown", ({ key }) => (pressed = key === "Enter" || key === " "), true);
  document.addEventListener("pointerdown", () => (pressed = false), true);

  // Escape in the panel closes it; elsewhere it goes up (assets/atlas.js).
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !root || !root.isConnected || !event.target.closest("#atlas-panel")) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    fold();
  }, true);

  setInterval(() => {
    if (!root || !root.isConnected || document.hidden || side().hidden) return;
    if (performance.now() - began > wait()) ask();
  }, 1000);

  // A past moment and a polygon do not change by themselves; what failed or was never answered is asked for again.
  function wait() {
    if (body().querySelector("[data-again]")) return SOON;
    if (side().classList.contains("waiting")) return 3 * SOON;
    return panel.drawn || atlas.view.at ? Infinity : AGAIN;
  }

  atlas.openers.push(open);
})();
