// The map itself: ground, cells of the resolution that fits the zoom, and what is asked of the server when the view moves or time passes.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const WIDTHS = { 6: 6450, 7: 2440, 8: 922, 9: 348, 10: 131 }; // metres across a cell, on average
  const FINE = 13; // px: a cell narrower than this is shown at a coarser resolution
  const EVERY = 4000; // ms between two questions about what is looked at
  const LOOKS = {
    dark: { ground: "#0b0f14", land: "#0f151c", hatch: "#2f3d49", border: "#5f7382", river: "#7cc4e8", chosen: "#ffffff" },
    light: { ground: "#fbfcfd", land: "#f1f4f6", hatch: "#c3ced7", border: "#6b7d8b", river: "#2f86b5", chosen: "#12202b" },
  };
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
      const names = ["districts", "borders", "rivers"], urls = this.setup.geometry;
      const [, ...files] = await Promise.all([draw.load(), ...names.map((name) => draw.geojson(urls[name]))]);
      if (this.gone) return;
      this.ground = Object.fromEntries(names.map((name, place) => [name, files[place]]));
      this.canvas = document.createElement("div");
      this.canvas.className = "atlas-canvas";
      this.element.replaceChildren(this.canvas);
      const map = (this.map = new window.maplibregl.Map({
        container: this.canvas, style: this.style(), attributionControl: false, keyboard: false, dragRotate: false, pitchWithRotate: false,
        touchPitch: false, fadeDuration: 0, refreshExpiredTiles: false, renderWorldCopies: false, minZoom: 5, maxZoom: 18,
        ...this.start(),
      }));
      map.touchZoomRotate.disableRotation();
      map.getCanvas().tabIndex = -1;
      map.on("style.load", () => this.begin());
      map.on("moveend", () => this.settled());
      map.on("click", (event) => this.clicked(event));
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

    style() {
      const look = LOOKS[this.look], scale = Math.max(1, yiping.scale());
      const line = (id, source, paint, filter) => ({ id, source, type: "line", layout: { "line-join": "round", "line-cap": "round" }, paint, ...(filter ? { filter } : {}) });
      const wide = (thin, thick) => ["interpolate", ["linear"], ["zoom"], 8, thin * scale, 14, thick * scale];
      return {
        version: 8,
        sources: {
          districts: { type: "geojson", data: this.ground.districts, tolerance: 0.1 },
          borders: { type: "geojson", data: this.ground.borders, tolerance: 0.1 },
          rivers: { type: "geojson", data: this.ground.rivers, tolerance: 0.1 },
          outside: { type: "geojson", data: outside(this.ground.borders), tolerance: 0.1 },
          chosen: { type: "geojson", data: EMPTY, tolerance: 0 },
        },
        layers: [
          { id: "back", type: "background", paint: { "background-color": look.ground } },
          { id: "land", source: "districts", type: "fill", paint: { "fill-color": look.land } },
          { id: "outside", source: "outside", type: "fill", paint: { "fill-color": look.ground, "fill-antialias": false } },
          line("casing", "borders", { "line-color": look.ground, "line-width": wide(2.6, 5), "line-opacity": 0.7 }),
          line("inner", "borders", { "line-color": look.border, "line-width": wide(0.9, 1.8) }, ["==", ["get", "kind"], "inner"]),
          line("outer", "borders", { "line-color": look.border, "line-width": wide(1.3, 2.4) }, ["==", ["get", "kind"], "outer"]),
          line("river-casing", "rivers", { "line-color": look.ground, "line-width": wide(3.6, 8), "line-opacity": 0.5 }),
          line("river", "rivers", { "line-color": look.river, "line-width": wide(1.6, 4.5) }),
          line("chosen-casing", "chosen", { "line-color": look.ground, "line-width": 5.5 * scale }),
          line("chosen", "chosen", { "line-color": look.chosen, "line-width": 2.4 * scale }),
        ],
      };
    }

    begin() {
      if (this.gone) return;
      const { land, hatch } = LOOKS[this.look];
      this.cells.style({ ground: land, hatch });
      this.map.addLayer(this.cells, "outside");
      this.ready = true;
      stats.readyMs = Math.round(performance.now());
      if (this.begun) this.begun();
      this.choose();
      this.refresh();
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

    resolution() {
      const metres = (40075016 * Math.cos((this.map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** this.map.getZoom());
      const [coarse, fine] = this.setup.resolutions, least = FINE * Math.max(1, yiping.scale());
      for (let one = fine; one > coarse; one -= 1) if (WIDTHS[one] / metres >= least) return one;
      return coarse;
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
        const found = await this.ask(box, asking.signal);
        if (asking.signal.aborted || this.gone) return;
        this.trouble = null;
        this.show(found);
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

    async ask(box, signal) {
      const { layer, at } = this.view, resolution = this.resolution();
      const same = this.shown && this.shown.layer === layer && this.shown.resolution === resolution;
      const query = new URLSearchParams({ layer, resolution, box: box.map((one) => one.toFixed(5)).join(",") });
      if (at) query.set("at", at);
      if (same) query.set("have", this.shown.answer.tag);
      const response = await fetch("/atlas/values?" + query, { signal });
      const text = await response.text();
      if (!response.ok) throw new Error(reason(text, response.status));
      stats.asked += 1;
      stats.bytes = text.length;
      const answer = JSON.parse(text), sizes = answer.tiles;
      const tiles = await Promise.all(sizes.map(([parent]) => this.tiles.get(resolution, parent)));
      return { layer, resolution, answer, tiles, bytes: values(answer, this.shown) };
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
      this.dress();
      if (!stats.firstMs) stats.firstMs = Math.round(performance.now());
      Object.assign(stats, { resolution: found.resolution, cells: found.bytes.length, known: found.answer.known });
      this.tiles.trim(new Set(found.tiles.map((tile) => found.resolution + "/" + tile.parent)));
      this.choose();
    }

    // How sure the colours are: fresh, faded for old, grey for what could not be read again.
    dress() {
      if (!this.shown) return;
      const layer = this.setup.layers[this.shown.layer];
      const faded = this.age() > layer.freshness * 1000 ? 0.55 : 0;
      this.cells.style({ colours: layer.colours[this.look], steps: layer.levels, faded, grey: this.trouble ? 0.9 : 0 });
    }

    // ms since the newest data behind the colours; Infinity where there is none.
    age() {
      const { newest, at } = this.shown.answer;
      return newest === null ? 0 : (this.view.at ? at : yiping.now()) - newest;
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
      this.open(event.lngLat.lng, event.lngLat.lat);
    }

    // Down by one: from far away into the district, from near into the cell.
    open(lon, lat) {
      const cell = this.cells.pick(lon, lat);
      if (cell) yiping.atlas.go({ place: "cell:" + cell.id });
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
