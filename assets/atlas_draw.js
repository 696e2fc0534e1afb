// A polygon drawn by hand: clicks or taps set corners, corners can be dragged; with keys, Space sets one under the cross. What lies in
// it is told in the panel (assets/atlas_panel.js); there it can be kept under a name.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const atlas = (yiping.atlas = yiping.atlas || { listeners: [], openers: [] });
  const NEAR = 14, FINGER = 22; // px to a corner that is meant: a finger covers 44
  const MOST = 200;
  const INKS = { dark: "#ffffff", light: "#12202b" };
  const draw = (atlas.draw = { active: false, border, start, stop });
  let root = null, corners = [], told = null, spot = null, held = -1, tools = null, bound = null, worn = "";

  const { element } = yiping;
  const say = (key, values) => atlas.panel.said("area." + key, values);
  const map = () => (atlas.map && atlas.map.ready && atlas.map.map) || null;

  function open(found) {
    [root, corners, told, held, draw.active] = [found, [], null, -1, false];
    tools = element("div", "atlas-tools");
    document.getElementById("atlas-search").after(tools);
    show();
  }

  // --- the tool -----------------------------------------------------------------------------------------------
  function show() {
    const button = (word, act, props = {}) => element("button", { type: "button", textContent: say(word), onclick: act, ...props });
    if (!draw.active) return tools.replaceChildren(button("draw", start, { id: "atlas-draw" }));
    const count = element("span", "", say("corners", { n: corners.length }));
    count.setAttribute("role", "status");
    const buttons = [button("finish", finish, { disabled: corners.length < 3 }), button("undo", undo, { disabled: !corners.length }), button("cancel", stop)];
    tools.replaceChildren(element("p", "", say("drawing")), count, element("div", "atlas-buttons", ...buttons));
  }

  function start() {
    if (!map()) return;
    [draw.active, corners] = [true, []];
    atlas.panel.ask(null);
    root.classList.add("drawing");
    document.getElementById("atlas-map").focus({ preventScroll: true });
    paint();
    show();
  }

  function stop() {
    [draw.active, corners] = [false, []];
    root.classList.remove("drawing");
    paint();
    show();
    document.getElementById("atlas-draw").focus();
  }

  function finish() {
    if (corners.length < 3) return;
    draw.active = false;
    root.classList.remove("drawing");
    show();
    tell();
  }

  function tell() {
    atlas.panel.ask({ ring: corners.map(([lon, lat]) => [round(lon), round(lat)]) });
  }

  function undo() {
    corners.pop();
    paint();
    show();
  }

  function add(point) {
    if (corners.length >= MOST) return;
    corners.push([point.lng, point.lat]);
    paint();
    show();
  }

  // The border that the panel tells of; corners of the own hand stay to be dragged while it is told.
  function border(ring, point) {
    const other = JSON.stringify([ring, point]) !== JSON.stringify([told, spot]), seen = ring || (point && [point]);
    [told, spot] = [ring, point];
    if (!draw.active && !(atlas.panel.drawn && atlas.panel.drawn.ring)) corners = [];
    paint();
    if (other && seen && seen.length && map()) requestAnimationFrame(() => reveal(seen)); // once: the panel is read again
  }

  // What was just drawn comes out from under the panel that tells of it; a place that was there before comes if nothing of it is seen.
  function reveal(seen) {
    const { where } = atlas.map;
    if (!draw.active && (corners.length ? !seen.every((one) => where.seen(one)) : !visible(seen))) fit(seen);
  }

  function visible(ring) {
    const bounds = map() && map().getBounds();
    return !bounds || ring.some((corner) => bounds.contains(corner));
  }

  function fit(ring) {
    const lons = ring.map((one) => one[0]), lats = ring.map((one) => one[1]);
    atlas.map.where.frame([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], corners.length ? map().getZoom() : 15, 0);
  }

  // --- on the map ---------------------------------------------------------------------------------------------
  function features() {
    const ring = corners.length ? corners : told || [], found = [];
    const cell = !corners.length && atlas.view.place.startsWith("cell:") && !atlas.panel.drawn; // of which the colour is to be seen as it is
    if (ring.length > 2 && !cell) found.push({ type: "Feature", properties: { kind: "area" }, geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] } });
    if (ring.length > 1) found.push({ type: "Feature", properties: { kind: "line" }, geometry: { type: "LineString", coordinates: draw.active ? ring : [...ring, ring[0]] } });
    corners.forEach((corner, at) => found.push({ type: "Feature", properties: { kind: at ? "corner" : "first" }, geometry: { type: "Point", coordinates: corner } }));
    if (spot && !corners.length) found.push({ type: "Feature", properties: { kind: "spot" }, geometry: { type: "Point", coordinates: spot } });
    return { type: "FeatureCollection", features: found };
  }

  function paint() {
    const found = map();
    if (!found) return;
    const drawn = features(), some = drawn.features.length > 0;
    if (found.getSource("drawn") && (!some || worn !== atlas.view.look)) bare(found); // a source costs time in each frame, empty or not
    if (some && !found.getSource("drawn")) layers(found);
    else if (some) found.getSource("drawn").setData(drawn);
    if (bound !== found) bind(found);
  }

  // Inks are of one look: for another one the layers are made again.
  function bare(found) {
    for (const { id } of found.getStyle().layers.filter((one) => one.source === "drawn")) found.removeLayer(id);
    found.removeSource("drawn");
  }

  function layers(found) {
    worn = atlas.view.look;
    const wide = Math.max(1, yiping.scale()), ink = INKS[atlas.view.look], back = INKS[atlas.view.look === "dark" ? "light" : "dark"], of = (kind) => ["==", ["get", "kind"], kind];
    found.addSource("drawn", { type: "geojson", data: features(), tolerance: 0 });
    found.addLayer({ id: "drawn-fill", source: "drawn", type: "fill", filter: of("area"), paint: { "fill-color": ink, "fill-opacity": 0.08 } });
    found.addLayer({ id: "drawn-casing", source: "drawn", type: "line", filter: of("line"), paint: { "line-color": back, "line-width": 6 * wide, "line-opacity": 0.85 } });
    found.addLayer({ id: "drawn-line", source: "drawn", type: "line", filter: of("line"), paint: { "line-color": ink, "line-width": 2 * wide, "line-dasharray": [3, 2] } });
    found.addLayer({ id: "drawn-corner", source: "drawn", type: "circle", filter: ["in", ["get", "kind"], ["literal", ["corner", "first"]]], paint: { "circle-radius": ["match", ["get", "kind"], "first", 7 * wide, 5 * wide], "circle-color": ink, "circle-stroke-color": back, "circle-stroke-width": 2 * wide } });
    const ring = (id, colour, width) => found.addLayer({ id, source: "drawn", type: "circle", filter: of("spot"), paint: { "circle-radius": 13 * wide, "circle-opacity": 0, "circle-stroke-color": colour, "circle-stroke-width": width * wide } });
    ring("drawn-spot-casing", back, 5);
    ring("drawn-spot", ink, 2.5);
  }

  // --- hands: taken before the map's own, so that a click sets a corner and opens no cell -----------------------
  function bind(found) {
    bound = found;
    const place = found.getCanvasContainer();
    place.addEventListener("click", clicked, true);
    place.addEventListener("dblclick", (event) => draw.active && halt(event), true);
    for (const name of ["mousedown", "touchstart"]) place.addEventListener(name, grabbed, { capture: true, passive: false });
  }

  function halt(event) {
    event.stopPropagation();
    event.preventDefault();
  }

  function pointed(event) {
    const touch = event.touches ? event.touches[0] || event.changedTouches[0] : event, box = map().getCanvas().getBoundingClientRect();
    return [touch.clientX - box.left, touch.clientY - box.top];
  }

  function cornerAt(event) {
    const [x, y] = pointed(event), finger = event.touches || event.pointerType === "touch", far = corners.map((corner) => {
      const at = map().project(corner);
      return Math.hypot(at.x - x, at.y - y);
    });
    const least = Math.min(...far);
    return least <= (finger ? FINGER : NEAR) * Math.max(1, yiping.scale()) ? far.indexOf(least) : -1;
  }

  function clicked(event) {
    if (!draw.active) return void (corners.length && cornerAt(event) >= 0 && halt(event));
    halt(event);
    if (held === -2) return void (held = -1);
    const where = pointed(event), corner = cornerAt(event);
    if (corner === 0 && corners.length > 2) finish();
    else if (corner < 0) add(map().unproject(where));
  }

  function grabbed(event) {
    if (!corners.length || (event.touches && event.touches.length > 1)) return;
    const corner = cornerAt(event);
    if (corner < 0) return;
    event.stopPropagation();
    [held, grabbed.moved] = [corner, false];
    const [move, ...ends] = event.touches ? ["touchmove", "touchend", "touchcancel"] : ["mousemove", "mouseup"], over = new AbortController();
    const drag = (next) => {
      next.preventDefault();
      grabbed.moved = true;
      const at = map().unproject(pointed(next));
      corners[held] = [at.lng, at.lat];
      paint();
    };
    const dropped = () => {
      over.abort();
      held = grabbed.moved && !event.touches ? -2 : -1; // the click that follows a drag is no new corner
      if (grabbed.moved && !draw.active) tell();
      if (grabbed.moved) setTimeout(() => (held = -1), 50);
    };
    window.addEventListener(move, drag, { passive: false, signal: over.signal });
    for (const one of ends) window.addEventListener(one, dropped, { signal: over.signal });
  }

  document.addEventListener("keydown", (event) => {
    if (!draw.active || !root.isConnected || /^(input|textarea|select)$/i.test(event.target.tagName)) return;
    const onButton = event.target.tagName === "BUTTON" && event.key !== "Escape";
    if (onButton || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") add(map().getCenter());
    else if (event.key === "Enter") finish();
    else if (event.key === "Backspace") undo();
    else if (event.key === "Escape") stop();
    else return;
    event.stopImmediatePropagation();
    event.preventDefault();
  }, true);

  // --- to keep it, to end it ----------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    if (!root || !root.isConnected) return;
    const { id, dataset } = event.target;
    if (dataset.quiet) quiet(Number(dataset.quiet), event.target.parentNode.dataset);
    else if (id === "atlas-area-save") save();
    else if (id === "atlas-area-drop") drop();
    else if (id === "atlas-area-end") end(dataset.area);
  });

  function value(name) {
    return document.getElementById("atlas-area-" + name).value.trim();
  }

  function result(text, good) {
    const place = document.getElementById("atlas-area-result");
    if (place) Object.assign(place, { textContent: text, className: good ? "good" : "bad" });
  }

  function drop() {
    corners = [];
    atlas.panel.ask(null);
    paint();
    document.getElementById("atlas-draw").focus();
  }

  async function save() {
    const [name, owner, reason] = ["name", "owner", "reason"].map(value);
    if (!name || !owner || !reason) return result(say("needs"), false);
    const kept = await send("/api/areas", { ring: told, name, owner, reason });
    if (!kept) return;
    corners = [];
    atlas.go({ place: "area:" + kept.id });
  }

  async function end(area) {
    const actor = value("actor");
    if (!actor) return result(say("refused.owner"), false);
    if (await send("/api/areas/" + encodeURIComponent(area) + "/end", { actor })) atlas.panel.ask();
  }

  // As on the desk, up to orange: what becomes red is told.
  async function quiet(minutes, { area, done }) {
    const [owner, reason] = ["quiet-owner", "quiet-reason"].map(value);
    if (!owner || !reason) return result(say("needs_quiet"), false);
    const kept = await send("/api/silences", { area, minutes, owner, reason });
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: root.dataset.zone, hour: "2-digit", minute: "2-digit" });
    if (kept) result(done.replace("{at}", clock.format(new Date(kept.ends))), true);
  }

  async function send(address, body) {
    try {
      const response = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
      const answer = await response.json();
      if (response.ok) return answer;
      result(say("broken", { why: typeof answer.detail === "string" ? answer.detail : response.status }), false);
    } catch (error) {
      result(say("broken", { why: error.message }), false);
    }
    return null;
  }

  const round = (degrees) => Number(degrees.toFixed(6));

  // A map that was made again (a lost context, another look) is painted again.
  setInterval(() => {
    if (root && root.isConnected && map() && (bound !== map() || (!map().getSource("drawn") && features().features.length)) && map().isStyleLoaded()) paint();
  }, 400);

  atlas.openers.push(open);
})();
