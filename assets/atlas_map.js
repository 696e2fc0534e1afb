// The map itself: ground, cells of the resolution that fits the zoom, and what is asked of the server when the view moves or time passes.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const WIDTHS = { 6: 6450, 7: 2440, 8: 922, 9: 348, 10: 131 }; // metres across a cell, on average
  const FINE = 13; // px: a cell narrower than this is shown at a coarser resolution
  const EVERY = 4000; // ms between two questions about what is looked at
  const LOOKS = { dark: { hatch: "#33424f", chosen: "#ffffff" }, light: { hatch: "#b9c5cf", chosen: "#12202b" } };
  const NO_DATA = 255;
  const EMPTY = { type: "FeatureCollection", features: [] };
  const draw = new Proxy({}, { get: (_, name) => yiping.draw[name] });

  yiping.atlasStats = { asked: 0, bytes: 0, drawnMs: 0, readyMs: 0, firstMs: 0, resolution: 0, cells: 0, known: 0 };
  const stats = yiping.atlasStats;

  class AtlasMap {
    constructor(element, setup, view) {
      Object.assign(this, { element, setup, view, look: view.look, gone: false, ready: false });
      this.tiles = new yiping.tiles.Tiles(setup.version);
      this.cells = new yiping.cells.CellLayer("cells");
      this.tiles.dropped = (tile) => this.cells.forget(tile);
      this.shown = null; // {layer, resolution, answer, tiles, bytes, drawn}: what is on the screen
      this.trouble = null;
      this.asking = null;
      this.build().catch((error) => this.unavailable(error));
    }

    async build() {
      const names = ["districts", "borders"], urls = this.setup.geometry, style = "/geo/style/" + this.look + ".json?v=" + this.setup.version;
      const [, found, ...files] = await Promise.all([draw.load(), draw.geojson(style), ...names.map((name) => draw.geojson(urls[name]))]);
      if (this.gone) return;
      this.ground = Object.fromEntries(names.map((name, place) => [name, files[place]]));
      Object.assign(this, { colours: found.colours, labels: found.labels });
      this.canvas = document.createElement("div");
      this.canvas.className = "atlas-canvas";
      this.element.replaceChildren(this.canvas);
      const map = (this.map = new window.maplibregl.Map({
        container: this.canvas, style: this.style(found), attributionControl: false, keyboard: false, dragRotate: false, pitchWithRotate: false,
        touchPitch: false, fadeDuration: 0, refreshExpiredTiles: false, renderWorldCopies: false, minZoom: 5, maxZoom: 18,
        canvasContextAttributes: { preserveDrawingBuffer: true }, ...this.start(), // or a print would be empty
      }));
      map.touchZoomRotate.disableRotation();
      map.getCanvas().tabIndex = -1;
      map.on("style.load", () => this.begin());
      map.on("moveend", () => this.settled());
      map.on("click", (event) => this.clicked(event));
      map.on("mousemove", (event) => this.hovered(event.point));
      map.on("mouseout", () => this.hovered(null));
      map.on("webglcontextlost", () => setTimeout(() => this.rebuild(), 1000));
      this.watcher = new ResizeObserver(() => map.resize());
      this.watcher.observe(this.element);
    }

    start() {
      const eye = this.view.eye;
      if (eye) return { center: [eye[1], eye[0]], zoom: eye[2] };
      const [west, south, east, north] = this.placeBox(this.view.place) || this.setup.box;
      return { bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: this.padding(), maxZoom: 15 } };
    }

    // The ground as the server says, what is ours between and above: districts and cells in colour, the outside over them, the chosen place.
    style(found) {
      const { chosen } = LOOKS[this.look], { back, land } = found.colours, scale = Math.max(1, yiping.scale());
      const line = (id, paint) => ({ id, source: "chosen", type: "line", layout: { "line-join": "round" }, paint });
      const own = (data) => ({ type: "geojson", data, tolerance: 0.1 });
      const fill = (id, source, paint) => ({ id, source, type: "fill", paint });
      return {
        version: 8,
        sources: { ...absolute(found.sources), outside: own(outside(this.ground.borders)), whole: { ...own(this.ground.districts) }, chosen: { ...own(EMPTY), tolerance: 0 } },
        layers: [
          ...found.below,
          fill("whole-none", "whole", { "fill-pattern": "hatch" }),
          fill("whole", "whole", { "fill-color": land, "fill-opacity": ["case", ["boolean", ["feature-state", "on"], false], 1, 0] }),
          fill("outside", "outside", { "fill-color": back, "fill-antialias": false }),
          ...found.above,
          line("chosen-casing", { "line-color": back, "line-width": 6 * scale, "line-opacity": 0.8 }),
          line("chosen", { "line-color": chosen, "line-width": 2.6 * scale }),
        ],
      };
    }

    begin() {
      if (this.gone) return;
      const { hatch } = LOOKS[this.look], scale = Math.max(1, Math.round(yiping.scale()));
      this.cells.style({ ground: this.colours.land, hatch });
      this.map.addImage("hatch", draw.hatch(scale, [hatch, this.colours.land]));
      for (const id of ["whole-none", "whole"]) this.map.setLayoutProperty(id, "visibility", "none");
      this.map.addLayer(this.cells, "outside");
      this.marks = new yiping.Marks(this);
      this.map.addLayer(this.marks.layer);
      this.marks.begin(this.setup.geometry).catch((error) => console.warn("yiping marks: " + error.message));
      this.ready = true;
      stats.readyMs = Math.round(performance.now());
      this.map.once("idle", () => this.name());
      document.dispatchEvent(new CustomEvent("yiping:map", { detail: this.map }));
      this.choose();
      this.refresh();
    }

    // Names come when the land stands.
    async name() {
      if (this.gone || !this.labels) return;
      const found = await draw.geojson(this.labels);
      if (this.gone) return;
      this.names = new yiping.Names(this.map, this.canvas, found, this.setup.words, this.view.lang);
      this.names.write();
    }

    unavailable(error) {
      console.warn("yiping map: " + error.message);
      const text = document.createElement("p");
      text.className = "atlas-unavailable";
      text.textContent = this.setup.words.unavailable;
      this.element.replaceChildren(text);
      setTimeout(() => this.rebuild(), 15000);
    }

    rebuild() {
      if (this.gone) return;
      this.remove();
      yiping.atlas.map = this.again(this.element);
    }

    remove() {
      this.gone = true;
      if (this.asking) this.asking.abort();
      if (this.watcher) this.watcher.disconnect();
      if (this.map) this.map.remove();
    }

    // --- where one looks ----------------------------------------------------------------------------------------
    padding() {
      const all = this.element.getBoundingClientRect(), rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const side = (selector) => {
        const part = document.querySelector(selector);
        return part && !part.hidden && part.clientWidth < all.width * 0.6 ? part.getBoundingClientRect() : null;
      };
      const right = side("#atlas-panel"), room = { top: 3.4 * rem, bottom: 3.4 * rem, left: 2 * rem, right: 2 * rem };
      if (right && right.left < all.right) room.right += all.right - right.left;
      return room;
    }

    placeBox(place) {
      if (place === "city") return this.setup.box;
      const feature = this.ground && this.ground.districts.features.find((one) => String(one.id) === place);
      return feature ? draw.bounds({ features: [feature] }) : null;
    }

    // The box of the view, with a margin, cut to the city: what is asked for.
    box() {
      const bounds = this.map.getBounds(), [west, south, east, north] = this.setup.box;
      const cut = [Math.max(bounds.getWest(), west), Math.max(bounds.getSouth(), south), Math.min(bounds.getEast(), east), Math.min(bounds.getNorth(), north)];
      return cut[0] < cut[2] && cut[1] < cut[3] ? cut : null;
    }

    // The finest whose cells are wide enough to be seen; 0: whole districts; -1: the layer has no cells.
    resolution() {
      if (!this.setup.layers[plain(this.view.layer)].draws.includes("cells")) return -1;
      const metres = (40075016 * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom());
      const [coarse] = this.setup.resolutions, { finest } = this.setup.layers[plain(this.view.layer)], least = FINE * Math.max(1, yiping.scale());
      for (let one = finest; one >= coarse; one -= 1) if (WIDTHS[one] / metres >= least) return one;
      return 0;
    }

    settled() {
      if (!this.ready) return;
      const { lat, lng } = this.map.getCenter();
      yiping.atlas.go({ eye: [round(lat, 5), round(lng, 5), round(this.map.getZoom(), 2)] }, { silent: true });
      this.refresh();
    }

    fly(place) {
      const box = this.placeBox(place);
      if (box) this.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: this.padding(), maxZoom: 15, duration: quick() ? 0 : 600 });
    }

    changed(view, changed, moved) {
      this.view = view;
      if (!this.ready) return;
      if (moved && view.eye) this.map.jumpTo({ center: [view.eye[1], view.eye[0]], zoom: view.eye[2] });
      else if (changed.includes("eye") && !view.eye) this.fly(view.place);
      if (changed.includes("place")) this.choose();
      if (changed.includes("layer") || changed.includes("at")) this.refresh();
    }

    // --- asking: the newest question wins, what is on the screen stays until its answer is whole ------------------
    async refresh() {
      if (!this.ready || this.gone) return;
      const box = this.box();
      if (!box) return;
      if (this.asking) this.asking.abort();
      const asking = (this.asking = new AbortController()), began = performance.now();
      this.state("loading");
      try {
        const resolution = this.resolution(), points = this.marks.refresh(box, asking.signal);
        const found = await (resolution > 0 ? this.ask(resolution, box, asking.signal) : this.askWhole(resolution, asking.signal));
        if (asking.signal.aborted || this.gone) return;
        this.trouble = null;
        this.show(found);
        await points;
        stats.drawnMs = performance.now() - began;
      } catch (error) {
        if (asking.signal.aborted || this.gone) return;
        this.trouble = error.message;
        this.dress();
      } finally {
        if (this.asking === asking) this.asking = null;
        this.asked = Date.now();
        this.state();
      }
    }

    async ask(resolution, box, signal) {
      const { layer, at } = this.view;
      const same = this.shown && this.shown.layer === layer && this.shown.resolution === resolution;
      const query = new URLSearchParams({ layer, resolution, box: box.map((one) => one.toFixed(5)).join(",") });
      if (at) query.set("at", at);
      if (same) query.set("have", this.shown.answer.tag);
      const answer = await this.fetch("/atlas/values?" + query, signal), sizes = answer.tiles;
      const tiles = await Promise.all(sizes.map(([parent]) => this.tiles.get(resolution, parent)));
      return { layer, resolution, answer, tiles, bytes: values(answer, this.shown) };
    }

    // Whole districts; or, of a layer without values, nothing but its points.
    async askWhole(resolution, signal) {
      const { layer, at } = this.view, none = { at: yiping.now(), newest: null, devices: 0, late: 0, known: 0, districts: {} };
      const query = new URLSearchParams({ layer, ...(at ? { at } : {}) });
      const answer = resolution < 0 ? none : await this.fetch("/atlas/districts?" + query, signal);
      return { layer, resolution, answer, tiles: [], bytes: new Uint8Array(0) };
    }

    async fetch(address, signal) {
      const response = await fetch(address, { signal }), text = await response.text();
      if (!response.ok) throw new Error(reason(text, response.status));
      stats.asked += 1;
      stats.bytes = text.length;
      return JSON.parse(text);
    }

    show(found) {
      const before = new Map(this.shown ? this.shown.drawn.map((one) => [one.tile, one.values]) : []);
      let at = 0;
      found.drawn = found.tiles.map((tile) => {
        const bytes = found.bytes.subarray(at, (at += tile.count)), old = before.get(tile);
        return { tile, values: old && equal(old, bytes) ? old : bytes.slice() };
      });
      this.shown = found;
      this.cells.show(found.drawn);
      this.whole(found);
      this.dress();
      if (!stats.firstMs) stats.firstMs = Math.round(performance.now());
      Object.assign(stats, { resolution: found.resolution, cells: found.bytes.length, known: found.answer.known });
      this.tiles.trim(new Set(found.tiles.map((tile) => found.resolution + "/" + tile.parent)));
      this.choose();
    }

    // The choropleth: shown instead of the cells from far away.
    whole(found) {
      for (const id of ["whole-none", "whole"]) this.map.setLayoutProperty(id, "visibility", found.resolution === 0 ? "visible" : "none");
      if (found.resolution !== 0) return;
      const { colours } = this.setup.layers[plain(found.layer)];
      this.map.setPaintProperty("whole", "fill-color", draw.colour(colours[this.look]));
      for (const [adcode, value] of Object.entries(found.answer.districts)) {
        this.map.setFeatureState({ source: "whole", id: Number(adcode) }, { v: value, on: value !== NO_DATA });
      }
    }

    // How sure the colours are: fresh, faded for old, grey for what could not be read again.
    dress() {
      if (!this.shown) return;
      const layer = this.setup.layers[plain(this.shown.layer)], faded = this.stale() ? 0.6 : 0, grey = this.trouble ? 0.9 : 0;
      if (layer.breaks.length) this.cells.style({ colours: layer.colours[this.look], steps: layer.levels, faded, grey });
      this.map.setPaintProperty("whole", "fill-opacity", ["case", ["boolean", ["feature-state", "on"], false], grey ? 0.2 : 1 - faded, 0]);
    }

    // ms since the newest data behind the colours; Infinity where there is none.
    age() {
      const { newest, at } = this.shown.answer;
      return newest === null ? 0 : (this.view.at ? at : yiping.now()) - newest;
    }

    stale() {
      const { freshness } = this.setup.layers[plain(this.shown.layer)];
      return freshness > 0 && this.age() > freshness * 1000;
    }

    state(word) {
      if (this.told) this.told(word || "");
    }

    tick() {
      if (!this.ready || document.hidden || this.asking) return;
      if (this.shown) this.dress();
      const due = this.trouble || !this.view.at;
      if (due && Date.now() - (this.asked || 0) > EVERY) this.refresh();
    }

    // --- places -------------------------------------------------------------------------------------------------
    clicked(event) {
      const point = this.marks.layer.pick(event.point.x, event.point.y, 22);
      if (point && point.place) yiping.atlas.go({ place: this.setup.stations[point.place.slice(7)] ? point.place.replace("device:", "station:") : point.place });
      else this.open(event.lngLat.lng, event.lngLat.lat);
    }

    // Down by one: from far away into the district, from near into the cell.
    open(lon, lat) {
      const cell = this.cells.pick(lon, lat);
      if (cell) return yiping.atlas.go({ place: "cell:" + cell.id });
      const [district] = this.map.queryRenderedFeatures(this.map.project([lon, lat]), { layers: ["whole-none"] });
      if (district) yiping.atlas.go({ place: String(district.id), eye: null });
      return null;
    }

    // What lies under a point of the screen, in words; null for nothing.
    under(point) {
      if (!this.ready || !this.shown) return null;
      const mark = this.marks.layer.pick(point.x, point.y, 14), at = this.map.unproject(point);
      if (mark) return { name: mark.name, value: null };
      const cell = this.cells.pick(at.lng, at.lat);
      return cell ? { name: null, value: cell.value, id: cell.id } : null;
    }

    hovered(point) {
      cancelAnimationFrame(this.hovering);
      this.hovering = requestAnimationFrame(() => this.hover && this.hover(point, point && this.under(point)));
    }

    choose() {
      if (!this.ready) return;
      const source = this.map.getSource("chosen"), ring = this.ring(this.view.place);
      const key = JSON.stringify(ring);
      if (key === this.chosen) return;
      this.chosen = key;
      source.setData(ring ? { type: "Feature", properties: {}, geometry: ring } : EMPTY);
    }

    ring(place) {
      if (place.startsWith("cell:") && this.shown) {
        for (const { tile } of this.shown.drawn) {
          const at = tile.place(place.slice(5));
          if (at >= 0) return { type: "Polygon", coordinates: [tile.ring(at)] };
        }
        return null;
      }
      const feature = this.ground.districts.features.find((one) => String(one.id) === place);
      return feature ? feature.geometry : null;
    }
  }

  // All of the world but the city: it covers the parts of cells that reach over the border.
  function outside(borders) {
    const outer = borders.features.find((one) => one.properties.kind === "outer");
    const lines = !outer ? [] : outer.geometry.type === "LineString" ? [outer.geometry.coordinates] : outer.geometry.coordinates;
    const world = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];
    return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [world, ...lines] } };
  }

  // The values of an answer: whole, or what changed since those on the screen, or nothing because nothing changed.
  function values(answer, shown) {
    if (answer.values !== undefined) return draw.decode(answer.values);
    const bytes = shown.bytes.slice();
    if (!answer.places) return bytes;
    const places = new DataView(draw.decode(answer.places).buffer), changed = draw.decode(answer.changed);
    for (let one = 0; one < changed.length; one += 1) bytes[places.getUint32(4 * one, true)] = changed[one];
    return bytes;
  }

  // A worker fetches what a source names: it has no address of its own to start from.
  function absolute(sources) {
    const full = (text) => (text.startsWith("/") ? location.origin + text : text);
    return Object.fromEntries(Object.entries(sources).map(([name, one]) => [name, {
      ...one, ...(typeof one.data === "string" ? { data: full(one.data) } : {}), ...(one.tiles ? { tiles: one.tiles.map(full) } : {}) }]));
  }

  const plain = (layer) => layer.split(".")[0];

  function equal(one, other) {
    return one.length === other.length && one.every((value, place) => value === other[place]);
  }

  function reason(text, status) {
    try {
      return String(JSON.parse(text).detail || status);
    } catch {
      return String(status);
    }
  }

  const round = (value, digits) => Number(value.toFixed(digits));
  const quick = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  yiping.AtlasMap = AtlasMap;
})();
