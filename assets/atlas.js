// The map's page: layers, legend, breadcrumb, keys. What the map is told by people, and what it tells them in words.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const atlas = (yiping.atlas = yiping.atlas || { listeners: [], openers: [] });
  const NO_DATA = 255, TOP = 250;
  const WIDTHS = { 6: "6\u00a0km", 7: "2.4\u00a0km", 8: "900\u00a0m", 9: "350\u00a0m", 10: "130\u00a0m" };
  let root = null, setup = null, map = null;

  const { element, fill } = yiping;
  const part = (id) => document.getElementById("atlas-" + id);

  function open(found, known) {
    [root, setup] = [found, known];
    if (map) map.remove();
    map = atlas.map = make(part("map"));
    atlas.listeners.push(shown, (...told) => map.changed(...told));
  }

  function make(place) {
    const made = new yiping.AtlasMap(place, setup, atlas.view);
    made.again = (where) => (map = make(where));
    Object.assign(made, { told: tell, hover });
    return made;
  }

  // --- what is chosen -----------------------------------------------------------------------------------------
  function shown(view) {
    for (const button of part("layers").querySelectorAll("[data-layer]")) {
      const on = button.dataset.layer === view.layer.split(".")[0];
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on ? 0 : -1;
      if (on) button.closest("details").open = true;
    }
    root.classList.toggle("light", view.look === "light");
    crumbs(view);
    links(view);
  }

  function crumbs(view) {
    const way = [["city", setup.city]], district = districtOf(view.place);
    if (district) way.push([district, setup.districts[district][0]]);
    if (view.place !== "city" && view.place !== district) way.push([view.place, nameOf(view.place)]);
    part("crumbs").replaceChildren(...way.map(([place, name], at) => {
      const button = element("button", "", name);
      button.dataset.place = place;
      if (at === way.length - 1) button.setAttribute("aria-current", "location");
      return button;
    }));
  }

  // The district that a place lies in: itself, or where the map has it.
  function districtOf(place) {
    if (setup.districts[place]) return place;
    const spot = place !== "city" && map && map.ready && (map.where.spot(place) || spotTold(place));
    return spot ? map.where.districtAt(spot) : null;
  }

  // Where the panel says that it is: of a place that is not on the screen.
  function spotTold(place) {
    const told = place === atlas.view.place && document.querySelector("#atlas-panel:not(.waiting) #atlas-told [data-copy]");
    return told ? told.dataset.copy.split(",").map(Number).reverse() : null;
  }

  function nameOf(place) {
    const [kind, id] = [place.split(":")[0], place.slice(place.indexOf(":") + 1)];
    if (kind === "station" && setup.stations[id]) return setup.stations[id][0];
    const title = document.querySelector("#atlas-panel:not(.waiting) #atlas-told h2"); // who knows its name: the panel, once it has come
    if (title && kind !== "cell" && place === atlas.view.place) return title.textContent;
    return kind === "cell" ? fill(setup.words.cell, { id: id.replace(/f+$/, "").slice(-6) }) : id;
  }

  function links(view) {
    const other = part("language");
    if (other) other.href = atlas.address({ ...view, lang: view.lang === "en" ? "zh-CN" : "en" });
  }

  // --- legend and note ----------------------------------------------------------------------------------------
  function tell(word) {
    root.classList.toggle("loading", word === "loading");
    root.classList.toggle("failed", Boolean(map.trouble));
    if (map.shown) legend(map.shown);
    note();
    if (!word) cross();
  }

  function legend({ layer, answer, resolution }) {
    const marks = map.marks.states(), known = atlas.layer(layer), key = JSON.stringify([layer, resolution, answer.devices, answer.late, look(), marks, map.marks.outlines.count > 0, map.credits.silent.size]);
    if (part("legend").dataset.key === key) return;
    part("legend").dataset.key = key;
    const behind = resolution < 0 ? "" : fill(known.count, { n: answer.devices.toLocaleString("en") });
    const form = resolution > 0 ? fill(setup.words.cells, { width: WIDTHS[resolution] }) : resolution === 0 ? setup.words.districts : "";
    const line = (...texts) => texts.filter(Boolean).join(" · ");
    const rows = [element("h3", "", ...choice(layer)), element("p", "behind", line(known.unit, known.window, behind, form)), element("p", "how", known.note)];
    part("legend").replaceChildren(...rows, ...(known.breaks.length ? scale(known, answer) : []), ...signs(marks), ...map.credits.rows(setup.words));
  }

  // The look that is worn: on paper not the one that the address says.
  const look = () => (root.classList.contains("light") ? "light" : "dark");

  // What the points and borders that are on the map mean: shape, colour, word.
  function signs(marks) {
    const { SHAPES, SIGNS, COLOURS } = yiping.marks;
    const found = marks.map((state) => {
      const sign = element("i", "", SIGNS[SHAPES[state]]);
      sign.style.color = COLOURS[look()][state];
      return element("span", "", sign, setup.marks[state]);
    });
    if (map.marks.outlines.count) found.push(element("span", "", element("i", "border"), setup.words.border));
    return found.length ? [element("p", "signs", ...found)] : [];
  }

  // The name; of a metric a choice of how it is looked at: last, largest, mean, sum, over so long.
  function choice(layer) {
    const plain = setup.layers[layer.split(".")[0]], keys = Object.keys(plain.ways);
    if (!keys.length) return [plain.name];
    const select = element("select", "atlas-way", ...[layer.split(".")[0], ...keys].map((key) => {
      const option = element("option", "", atlas.layer(key).name);
      option.value = key;
      return option;
    }));
    select.value = layer;
    select.setAttribute("aria-label", setup.words.way);
    return [select];
  }

  // Where cells add up, whole districts have a scale of their own; what a city's file counts has one for each size of a cell.
  const scaleOf = (known, answer) => known.scales[answer.resolution] || known;

  function scale(known, answer) {
    const colours = known.colours[look()], ramp = element("div", "ramp");
    ramp.style.background = known.levels ? steps(colours) : "linear-gradient(90deg," + colours.join(",") + ")";
    const ticks = element("div", known.levels ? "ticks levels" : "ticks", ...scaleOf(known, answer).steps.map((one) => element("span", "", one)));
    const hatch = element("p", "hatching", element("i", "hatch"), setup.words.no_data);
    if (answer.late) hatch.append(element("span", "", fill(known.late, { n: answer.late })));
    return [ramp, ticks, hatch];
  }

  // The value that a byte stands for: the inverse of layers.scale.encode.
  function valueOf(byte, breaks) {
    const place = (byte / TOP) * (breaks.length - 1), low = Math.min(Math.floor(place), breaks.length - 2);
    return breaks[low] + (place - low) * (breaks[low + 1] - breaks[low]);
  }

  function valueText(byte) {
    const known = atlas.layer(map.shown.layer), { breaks, digits, steps: said } = scaleOf(known, map.shown.answer);
    if (byte === NO_DATA) return setup.words.no_data;
    if (known.levels) return said[Math.round(valueOf(byte, breaks))];
    const value = valueOf(byte, breaks), over = byte === TOP ? "≥ " : "";
    return over + value.toLocaleString("en", { maximumFractionDigits: digits }) + " " + known.unit;
  }

  function hover(point, found) {
    const place = part("tip");
    map.map.getCanvas().style.cursor = found ? "pointer" : "";
    place.hidden = !point || !found;
    if (place.hidden) return;
    place.textContent = found.name || valueText(found.value);
    place.style.transform = "translate(" + Math.min(point.x + 14, innerWidth - 200) + "px," + (point.y + 14) + "px)";
  }

  // For eyes on the keyboard, and for a screen reader: what lies under the cross in the middle.
  function cross() {
    const place = part("cross"), { eye, layer } = atlas.view, key = JSON.stringify([eye, layer, map.shown && map.shown.resolution]);
    if (place.dataset.key === key) return; // not again each few seconds: it is read out
    place.dataset.key = key;
    const found = map.ready && map.under(map.map.project(map.map.getCenter()));
    const said = found ? fill(setup.words.cross, { value: found.name || valueText(found.value) }) : "";
    if (place.textContent !== said) place.textContent = said;
  }

  function steps(colours) {
    return "linear-gradient(90deg," + colours.map((one, at) => one + " " + (100 * at) / colours.length + "% " + (100 * (at + 1)) / colours.length + "%").join(",") + ")";
  }

  function note() {
    const place = part("note"), said = sentence();
    if (place.dataset.said === said) return;
    place.dataset.said = said;
    for (const old of place.querySelectorAll(".now")) old.remove();
    if (said) place.prepend(element("span", "now", said));
  }

  function sentence() {
    if (map.trouble) {
      if (!map.shown) return map.trouble.startsWith("the database ") ? setup.words.unread : fill(setup.words.unplaced, { why: map.trouble });
      return fill(setup.words.failed, { clock: clock(map.shown.answer.at) });
    }
    if (!map.shown) return setup.words.loading;
    if (map.shown.resolution >= 0 && !map.shown.answer.known) return setup.words.empty;
    return map.stale() ? fill(setup.words.stale, { age: yiping.age(map.age()) }) : "";
  }

  function clock(ms) {
    return new Intl.DateTimeFormat("en-GB", { timeZone: root.dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);
  }

  // --- hands --------------------------------------------------------------------------------------------------
  const HANDS = {
    in: () => map.map.zoomIn({ duration: 200 }), out: () => map.map.zoomOut({ duration: 200 }), city: () => atlas.go({ place: "city", eye: null }),
    look: () => atlas.go({ look: atlas.view.look === "light" ? "dark" : "light" }),
  };

  function up() {
    const { place } = atlas.view, district = districtOf(place);
    if (place === "city") return;
    atlas.go(district === place ? { place: "city", eye: null } : { place: district || "city" });
  }

  document.addEventListener("click", (event) => {
    if (!root || !root.isConnected) return;
    const layer = event.target.closest("#atlas-layers [data-layer]"), crumb = event.target.closest("#atlas-crumbs [data-place]");
    const hand = event.target.closest("#atlas-hands [data-hand]");
    if (layer) atlas.go({ layer: layer.dataset.layer });
    else if (hand && map && map.ready) HANDS[hand.dataset.hand]();
    else if (crumb) atlas.go({ place: crumb.dataset.place, eye: null });
  });

  for (const heard of ["yiping:told", "yiping:map"]) document.addEventListener(heard, () => root && root.isConnected && crumbs(atlas.view));

  document.addEventListener("yiping:legend", () => map && map.shown && legend(map.shown));
  document.addEventListener("change", (event) => {
    if (event.target.matches(".atlas-way")) atlas.go({ layer: event.target.value });
  });

  // On paper the map is light, whatever the screen: the frame is made anew at the size of a page, at once.
  function paper(on) {
    if (!root || !root.isConnected || !map || !map.ready || !map.light) return;
    root.classList.toggle("paper", on);
    root.classList.toggle("light", on || atlas.view.look === "light");
    framed(on);
    if (on) map.wear("light", map.light);
    else map.dressIn(atlas.view.look);
    if (map.shown) legend(map.shown);
    if (map.names) map.names.arrange();
    map.map.redraw();
    picture(on);
  }

  // What the screen shows is what the paper shows, however large: the map looks at the same piece of the city, then where it looked before.
  function framed(on) {
    const { map: its } = map, box = its.getBounds();
    if (on) map.paper = { center: its.getCenter(), zoom: its.getZoom() };
    its.resize();
    if (on) its.fitBounds(box, { duration: 0 });
    else if (map.paper) its.jumpTo(map.paper);
    if (!on) map.paper = null;
  }

  // A canvas of WebGL is empty on paper: what was just drawn is put there as a picture.
  function picture(on) {
    for (const old of map.canvas.querySelectorAll(".atlas-picture")) old.remove();
    if (!on) return;
    const made = element("canvas", "atlas-picture"), drawn = map.map.getCanvas(), { width, height } = drawn;
    Object.assign(made, { width, height });
    if (map.covered) map.sheet.draw();
    for (const one of map.covered ? [map.sheet.canvas, drawn] : [drawn]) made.getContext("2d").drawImage(one, 0, 0);
    drawn.after(made);
  }

  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));

  document.addEventListener("keydown", (event) => {
    if (!root || !root.isConnected || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("#atlas-layers [data-layer]")) return walk(event);
    if (event.defaultPrevented) return; // while an area is drawn, its keys were taken already (assets/atlas_draw.js)
    if (event.key === "Escape" && !/^(input|textarea|select)$/i.test(event.target.tagName)) return up();
    if (event.target.closest("#atlas-map") && map && map.map) steer(event);
  });

  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...part("layers").querySelectorAll("[data-layer]")].filter((button) => button.offsetParent);
    const next = buttons[(buttons.indexOf(event.target.closest("[data-layer]")) + step + buttons.length) % buttons.length];
    atlas.go({ layer: next.dataset.layer });
    next.focus();
  }

  function steer(event) {
    const far = Math.min(innerWidth, innerHeight) / 5, ways = { ArrowUp: [0, -far], ArrowDown: [0, far], ArrowLeft: [-far, 0], ArrowRight: [far, 0] };
    const { key } = event;
    if (ways[key]) map.map.panBy(ways[key], { duration: 150 });
    else if (key === "+" || key === "=") map.map.zoomIn({ duration: 200 });
    else if (key === "-" || key === "_") map.map.zoomOut({ duration: 200 });
    else if (key === "Enter") map.open(map.map.getCenter().lng, map.map.getCenter().lat);
    else return;
    event.preventDefault();
  }

  document.addEventListener("visibilitychange", () => map && root && root.isConnected && map.asker.tick());
  setInterval(() => {
    if (!map || !root.isConnected) return;
    map.asker.tick();
    if (map.ready) note();
  }, 1000);

  atlas.openers.push(open);
})();
