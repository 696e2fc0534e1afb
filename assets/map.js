// The map: hexagons by feature-state on geometry loaded once, pins and names as HTML markers.
// `yiping.map.show(part)` takes what the server sends: layer, values (base64, a byte a cell), pins, stations, focus.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const NO_DATA = 255;
  const IDLE = 90000; // ms after a person moved the map until it looks where it should again

  const draw = yiping.draw;
  let state = {}; // all that was sent, merged: the map can be built again from it at any time
  let view = null; // the map that stands in the page now
  yiping.mapStats = { updates: 0, cells: 0, lastMs: 0, builds: 0, painted: 0 };

  // --- building and taking down --------------------------------------------------------------------------------
  class View {
    constructor(element) {
      this.element = element;
      this.setup = JSON.parse(element.dataset.setup);
      this.markers = new Map();
      this.bytes = new Uint8Array(0);
      this.frame = 0;
      this.moved = 0;
      this.gone = false;
      yiping.mapStats.builds += 1;
      this.build().catch((error) => this.unavailable(error));
    }

    async build() {
      const urls = this.setup.geometry;
      const names = Object.keys(urls);
      const [, ...files] = await Promise.all([draw.load(), ...names.map((name) => draw.geojson(urls[name]))]);
      const drawn = Object.fromEntries(names.map((name, place) => [name, files[place]]));
      if (this.gone) return;
      this.box = draw.bounds(drawn.districts);
      this.canvas = document.createElement("div");
      this.canvas.className = "canvas";
      this.layer = document.createElement("div");
      this.layer.className = "markers";
      this.element.replaceChildren(this.canvas, this.layer);
      this.element.dataset.drawing = this.setup.drawing; // said until the land is there; pins do not wait for it
      this.colours = this.setup.colours[state.layer] || Object.values(this.setup.colours)[0];
      this.map = new window.maplibregl.Map({
        container: this.canvas, style: draw.style(drawn, this.colours), attributionControl: false,
        center: this.setup.centre, zoom: this.setup.zoom, dragRotate: false, pitchWithRotate: false, touchPitch: false,
        fadeDuration: 0, refreshExpiredTiles: false, renderWorldCopies: false,
      });
      this.map.touchZoomRotate.disableRotation();
      this.map.on("styleimagemissing", (event) => this.image(event.id));
      this.look(0);
      this.names(drawn.districts, "district");
      this.names(drawn.rivers, "river");
      this.map.once("load", () => delete this.element.dataset.drawing);
      this.map.on("style.load", () => this.begin()); // sources take states from here on, long before all tiles are drawn
      this.points();
      this.map.on("move", () => this.project());
      this.map.on("moveend", (event) => this.settle(event));
      this.map.on("webglcontextlost", () => setTimeout(() => this.rebuild(), 1000));
      this.watcher = new ResizeObserver(() => this.resized());
      this.watcher.observe(this.element);
    }

    begin() {
      this.ready = true;
      yiping.mapStats.readyMs = Math.round(performance.now());
      this.update();
    }

    image(id) {
      if (id === "hatch" && !this.map.hasImage(id)) this.map.addImage(id, draw.hatch(Math.max(1, Math.round(yiping.scale()))));
    }

    unavailable(error) {
      console.warn("yiping map: " + error.message);
      const text = document.createElement("div");
      text.className = "unavailable";
      text.textContent = this.setup.unavailable;
      this.element.replaceChildren(text);
      setTimeout(() => this.rebuild(), 15000);
    }

    rebuild() {
      if (!this.gone && view === this) {
        this.remove();
        view = new View(this.element);
      }
    }

    remove() {
      this.gone = true;
      cancelAnimationFrame(this.frame);
      clearTimeout(this.idle);
      if (this.watcher) this.watcher.disconnect();
      if (this.map) this.map.remove();
      this.markers.clear();
    }

    resized() {
      if (!this.map) return;
      const size = this.element.clientWidth + "x" + this.element.clientHeight;
      if (size === this.size) return;
      this.size = size;
      this.map.resize();
      this.look(0);
    }

    // --- looking ------------------------------------------------------------------------------------------------
    look(duration) {
      const box = (state.focus && state.focus.box) || this.box;
      this.looked = JSON.stringify(state.focus || null);
      if (!box) return;
      const rem = yiping.scale() * 16;
      const padding = state.focus ? 2 * rem : { top: 2 * rem, bottom: 1.4 * rem, left: 2.6 * rem, right: 2.6 * rem };
      this.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding, duration, linear: false, maxZoom: 13 });
    }

    settle(event) {
      if (event.originalEvent) {
        this.moved = Date.now();
        clearTimeout(this.idle);
        this.idle = setTimeout(() => this.look(1500), IDLE);
      }
      this.arrange();
    }

    // --- values: only changed cells, all in one frame -----------------------------------------------------------
    update() {
      if (this.frame || this.gone) return;
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        if (this.ready) this.draw();
      });
    }

    draw() {
      const start = performance.now();
      this.recolour();
      if (this.drawn !== state.values) this.paint(draw.decode(state.values));
      this.drawn = state.values;
      this.points();
      if (this.looked !== JSON.stringify(state.focus || null) && Date.now() - this.moved > IDLE) this.look(2200);
      yiping.mapStats.updates += 1;
      yiping.mapStats.lastMs = performance.now() - start;
    }

    recolour() {
      const colours = this.setup.colours[state.layer];
      if (!colours || colours === this.colours) return;
      this.colours = colours;
      this.map.setPaintProperty("cells", "fill-color", draw.colour(colours));
    }

    paint(bytes) {
      const before = this.bytes;
      let changed = 0;
      for (let id = 0; id < Math.max(bytes.length, before.length); id += 1) {
        const value = id < bytes.length ? bytes[id] : NO_DATA;
        if (value === (id < before.length ? before[id] : NO_DATA)) continue;
        this.map.setFeatureState({ source: "cells", id }, { v: value, on: value !== NO_DATA });
        changed += 1;
      }
      this.bytes = bytes;
      yiping.mapStats.cells = changed;
      yiping.mapStats.painted = bytes.reduce((count, value) => count + (value !== NO_DATA), 0);
    }

    // --- markers ------------------------------------------------------------------------------------------------
    marker(key, className, lon, lat, options) {
      let marker = this.markers.get(key);
      if (!marker) {
        const element = document.createElement("div"), at = document.createElement("div");
        element.className = "marker";
        element.append(at);
        this.layer.append(element);
        marker = { element, at, key, offset: [0, 0] };
        this.markers.set(key, marker);
      }
      Object.assign(marker, { lon, lat, ...options });
      const name = "at " + className;
      if (marker.at.className !== name) marker.at.className = name;
      return marker;
    }

    names(collection, kind) {
      collection.features.forEach((feature, place) => {
        const known = feature.properties, point = draw.anchor(feature);
        const names = known.name || {}, name = names[this.setup.language] || Object.values(names)[0];
        if (!point || !name) return;
        const marker = this.marker(kind + place, "label " + kind, point[0], point[1], { rank: kind === "district" ? 2 : 3, reaches: [0.9, 1.6, 2.6, 3.8, 5.2], hides: true });
        marker.at.textContent = name;
        if (known.schematic) {
          const note = document.createElement("small");
          note.textContent = "（" + (this.setup.schematic) + "）";
          marker.at.append(note);
        }
      });
    }

    points() {
      const keep = new Set();
      for (const pin of state.pins || []) {
        if (pin.lat === null || pin.lon === null) continue;
        const key = "pin" + pin.id;
        keep.add(key);
        const kind = "pin " + pin.level + (pin.stale ? " stale" : "") + (pin.number ? "" : " small") + (pin.number === "1" ? " first" : "");
        const marker = this.marker(key, kind, pin.lon, pin.lat, { rank: 1, order: Number(pin.number) || 99, reaches: [1.5, 2.3, 3.2] });
        if (!marker.disc) {
          marker.ring = document.createElement("div");
          marker.ring.className = "ring";
          marker.disc = document.createElement("div");
          marker.disc.className = "disc";
          marker.at.append(marker.ring, marker.disc);
        }
        if (marker.disc.textContent !== pin.number) marker.disc.textContent = pin.number;
      }
      for (const station of state.stations || []) {
        const key = "station" + station.id;
        keep.add(key);
        const marker = this.marker(key, "station " + station.level, station.lon, station.lat, { rank: 0, reaches: [] });
        if (marker.at.title !== station.name) marker.at.title = station.name;
      }
      for (const [key, marker] of this.markers) {
        if ((key.startsWith("pin") || key.startsWith("station")) && !keep.has(key)) {
          marker.element.remove();
          this.markers.delete(key);
        }
      }
      this.arrange();
    }

    project() {
      for (const marker of this.markers.values()) {
        const point = this.map.project([marker.lon, marker.lat]);
        marker.x = point.x; marker.y = point.y;
        marker.element.style.transform = "translate(" + point.x.toFixed(1) + "px," + point.y.toFixed(1) + "px)";
      }
    }

    arrange() {
      this.project();
      const room = { w: this.element.clientWidth, h: this.element.clientHeight }, rem = yiping.scale() * 16;
      const shown = [...this.markers.values()].filter((marker) => marker.rank > 0).sort((a, b) => a.rank - b.rank || (a.order || 0) - (b.order || 0));
      for (const marker of shown) {
        const size = marker.disc || marker.at;
        marker.w = size.offsetWidth + 0.3 * rem;
        marker.h = size.offsetHeight + 0.15 * rem;
      }
      const visible = shown.filter((marker) => marker.x > 0 && marker.y > 0 && marker.x < room.w && marker.y < room.h);
      const stations = [...this.markers.values()].filter((marker) => marker.rank === 0).map((marker) => around(marker, 0.45 * rem));
      const pins = visible.filter((marker) => marker.rank === 1), labels = visible.filter((marker) => marker.rank > 1);
      const pinPlaces = yiping.arrange(pins, rem, room);
      const taken = pins.map((pin, place) => around({ x: pin.x + (pinPlaces[place] || [0, 0])[0], y: pin.y + (pinPlaces[place] || [0, 0])[1] }, pin.w / 2));
      const labelPlaces = yiping.arrange(labels, rem, room, [...stations, ...taken]);
      pins.forEach((pin, place) => put(pin, pinPlaces[place] || [0, 0], rem));
      labels.forEach((label, place) => put(label, labelPlaces[place], rem));
      for (const marker of shown) if (!visible.includes(marker)) put(marker, null, rem);
    }
  }

  function around(point, reach) {
    return { left: point.x - reach, right: point.x + reach, top: point.y - reach, bottom: point.y + reach };
  }

  function put(marker, offset, rem) {
    marker.element.classList.toggle("hidden", !offset);
    if (!offset) return;
    marker.at.style.left = offset[0].toFixed(1) + "px";
    marker.at.style.top = offset[1].toFixed(1) + "px";
    const far = Math.hypot(offset[0], offset[1]) > (marker.disc ? 0.3 : 1.9) * rem;
    if (far && !marker.lead) {
      marker.lead = document.createElement("div");
      marker.lead.className = "lead";
      marker.element.prepend(marker.lead);
    }
    if (!marker.lead) return;
    const style = marker.lead.style;
    style.display = far ? "block" : "none";
    style.position = "absolute";
    style.height = Math.max(1, rem / 14) + "px";
    style.width = Math.max(0, Math.hypot(offset[0], offset[1]) - marker.h / 2) + "px";
    style.transform = "rotate(" + Math.atan2(offset[1], offset[0]) + "rad)";
  }

  yiping.map = {
    show(part) {
      state = { ...state, ...part };
      if (view) view.update();
    },
    current: () => view,
  };

  // React may put another element in the place of the map's: then the map is built there.
  setInterval(() => {
    const element = document.querySelector(".map[data-setup]");
    if (element === (view && view.element)) return;
    if (view) view.remove();
    view = element ? new View(element) : null;
  }, 200);
})();
