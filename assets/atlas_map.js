// The map itself: it is built, dressed and shown what was asked for; a press on it goes down. See atlas_ask.js and atlas_where.js.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const NO_DATA = 255;
  const THROUGH = 0.72; // of a cell's colour, over pictures: streets are read through it, and colours are told apart

  class AtlasMap {
    constructor(element, setup, view) {
      Object.assign(this, { element, setup, view, look: view.look, gone: false, ready: false });
      this.tiles = new yiping.tiles.Tiles(setup.version);
      this.cells = new yiping.cells.CellLayer("cells");
      this.tiles.dropped = (tile) => this.cells.forget(tile);
      this.shown = null; // {layer, resolution, answer, tiles, bytes, drawn}: what is on the screen
      this.trouble = null;
      this.asker = new yiping.Asker(this);
      this.where = new yiping.Where(this);
      this.build().catch((error) => this.unavailable(error));
    }

    async build() {
      const names = ["districts"], urls = this.setup.geometry;
      const [, found, ...files] = await Promise.all([yiping.draw.load(), this.worn(this.look), ...names.map((name) => yiping.draw.geojson(urls[name]))]);
      if (this.gone) return;
      this.ground = Object.fromEntries(names.map((name, place) => [name, files[place]]));
      Object.assign(this, { colours: found.colours, labels: found.labels, below: found.below, pictures: yiping.ground.pictures(found) });
      this.canvas = document.createElement("div");
      this.canvas.className = "atlas-canvas";
      this.element.replaceChildren(this.canvas);
      const map = (this.map = new window.maplibregl.Map({
        container: this.canvas, style: yiping.ground.style(found, this.ground, this.look), attributionControl: false, keyboard: false, dragRotate: false, pitchWithRotate: false,
        touchPitch: false, locale: { "Map.Title": this.element.getAttribute("aria-label") }, fadeDuration: 0, refreshExpiredTiles: false, renderWorldCopies: false, minZoom: 5, maxZoom: 18,
        ...this.start(),
      }));
      this.credits = new yiping.ground.Credits(map, found, this.view.lang);
      map.touchZoomRotate.disableRotation();
      map.getCanvas().tabIndex = -1;
      this.asker.warm().catch(() => {});
      map.on("style.load", () => this.begin());
      map.on("zoom", () => this.asker.early());
      map.on("moveend", () => this.settled());
      map.on("movestart", (event) => event.originalEvent && (this.where.due = null));
      map.on("click", (event) => this.clicked(event));
      map.on("mousemove", (event) => this.hovered(event.point));
      for (const left of ["mouseout", "move"]) map.on(left, () => this.hovered(null)); // what was under the mouse is elsewhere now
      map.on("webglcontextlost", () => setTimeout(() => this.rebuild(), 1000));
      this.watcher = new ResizeObserver(() => map.resize());
      this.watcher.observe(this.element);
    }

    // How the server says that the ground looks: fetched once a look.
    worn(look) {
      this.looks = this.looks || {};
      return (this.looks[look] = this.looks[look] || yiping.draw.geojson("/geo/style/" + look + ".json"));
    }

    start() {
      const { eye, place } = this.view;
      this.where.choose(place, eye ? null : this.where.placeBox(place));
      if (eye) return { center: [eye[1], eye[0]], zoom: eye[2] };
      const [west, south, east, north] = this.where.placeBox(this.view.place) || this.setup.box;
      return { bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: this.where.room.padding(), maxZoom: 15 } };
    }

    begin() {
      if (this.gone) return;
      const { hatch } = yiping.ground.LOOKS[this.look];
      this.patch = Math.max(1, Math.round(yiping.scale()));
      this.map.addImage("hatch", yiping.draw.hatch(this.patch, [hatch, this.colours.land]));
      for (const id of ["whole-none", "whole"]) this.map.setLayoutProperty(id, "visibility", "none");
      this.cells.style({ ground: this.colours.land, hatch });
      this.lay();
      this.marks = new yiping.Marks(this);
      this.map.addLayer(this.marks.layer);
      this.marks.begin(this.setup.geometry).catch((error) => console.warn("yiping marks: " + error.message));
      this.ready = true;
      yiping.atlasStats.readyMs = Math.round(performance.now());
      this.map.once("idle", () => this.name());
      document.dispatchEvent(new CustomEvent("yiping:map", { detail: this.map }));
      this.choose();
      this.asker.refresh();
    }

    // Where pictures of a ground lie below the cells, these are a layer of the map that can be seen through.
    lay() {
      if (this.pictures) {
        this.cells.style({ opacity: THROUGH, gap: 0 });
        this.map.addLayer(this.cells, "outside");
        return;
      }
      this.sheet = new yiping.Sheet(this.map, this.cells, () => setTimeout(() => this.rebuild(), 1000));
      this.turns = new yiping.Turns(this.map);
    }

    // What cells cover is not drawn below them.
    cover(yes) {
      if (!this.sheet || this.covered === yes) return;
      this.covered = yes;
      this.sheet.canvas.hidden = !yes;
      for (const { id, type } of this.below) this.map.setPaintProperty(id, type + "-opacity", yes ? 0 : 1);
    }

    // Another look without another map: both have the same layers. A print is light, so the light one is kept at hand.
    async dressIn(look) {
      this.wear(look, await this.worn(look));
    }

    wear(look, found) {
      if (this.gone || !this.ready) return;
      Object.assign(this, { look, colours: found.colours });
      const { hatch } = yiping.ground.LOOKS[look], { land, back } = found.colours;
      this.sure = this.covered = null;
      for (const { id, paint } of yiping.ground.style(found, this.ground, look).layers) for (const [name, value] of Object.entries(paint || {})) this.map.setPaintProperty(id, name, value);
      this.map.updateImage("hatch", yiping.draw.hatch(this.patch, [hatch, land]));
      this.cells.style({ ground: land, hatch });
      this.marks.dress(back);
      if (this.shown) {
        this.cover(this.shown.drawn.length > 0);
        this.whole(this.shown);
      }
      this.dress();
    }

    // Names come when the land stands.
    async name() {
      if (this.gone || !this.labels) return;
      this.worn("light").then((found) => (this.light = found), () => {});
      const found = await yiping.draw.geojson(this.labels);
      if (this.gone) return;
      this.names = new yiping.Names(this.map, this.canvas, found, this.setup.words, this.view.lang, () => this.marks.warnings.map((one) => [one.lon, one.lat]));
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
      cancelAnimationFrame(this.hovering);
      this.asker.stop();
      if (this.watcher) this.watcher.disconnect();
      if (this.sheet) this.sheet.remove();
      if (this.map) this.map.remove();
    }

    settled() {
      if (!this.ready || this.paper) return; // on paper nobody looks elsewhere
      const { lat, lng } = this.map.getCenter();
      yiping.atlas.go({ eye: [round(lat, 5), round(lng, 5), round(this.map.getZoom(), 2)] }, { silent: true });
      this.asker.refresh();
    }

    changed(view, changed, moved) {
      this.view = view;
      if (!this.ready) return;
      if (changed.some((part) => part !== "eye")) this.hovered(null);
      const flies = changed.includes("eye") && !view.eye;
      if (changed.includes("place")) this.where.choose(view.place, flies ? this.where.placeBox(view.place) : null);
      if (moved && view.eye) this.map.jumpTo({ center: [view.eye[1], view.eye[0]], zoom: view.eye[2] });
      else if (flies) this.where.fly(view.place);
      if (changed.includes("place")) this.choose();
      if (changed.includes("look")) this.dressIn(view.look);
      if (changed.includes("layer") || changed.includes("at")) this.asker.refresh();
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
      this.cover(found.drawn.length > 0);
      this.whole(found);
      this.dress();
      if (!yiping.atlasStats.firstMs) yiping.atlasStats.firstMs = Math.round(performance.now());
      Object.assign(yiping.atlasStats, { resolution: found.resolution, cells: found.bytes.length, known: found.answer.known });
      this.tiles.trim(new Set(found.tiles.map((tile) => found.resolution + "/" + tile.parent)));
      this.choose();
    }

    // The choropleth: shown instead of the cells from far away.
    whole(found) {
      const seen = found.resolution === 0 ? "visible" : "none";
      for (const id of ["whole-none", "whole"]) if (this.map.getLayoutProperty(id, "visibility") !== seen) this.map.setLayoutProperty(id, "visibility", seen);
      if (found.resolution !== 0) return;
      const { colours } = yiping.atlas.layer(found.layer);
      this.map.setPaintProperty("whole", "fill-color", yiping.draw.colour(colours[this.look]));
      for (const [adcode, value] of Object.entries(found.answer.districts)) {
        this.map.setFeatureState({ source: "whole", id: Number(adcode) }, { v: value, on: value !== NO_DATA });
      }
    }

    // How sure the colours are: fresh, faded for old, grey for what could not be read again.
    dress() {
      if (!this.shown) return;
      const layer = yiping.atlas.layer(this.shown.layer), faded = this.stale() ? 0.6 : 0, grey = this.trouble ? 0.9 : 0;
      if (layer.breaks.length) this.cells.style({ colours: layer.colours[this.look], steps: layer.levels, faded, grey });
      const sure = grey ? 0.2 : 1 - faded;
      if (sure !== this.sure) this.map.setPaintProperty("whole", "fill-opacity", ["case", ["boolean", ["feature-state", "on"], false], sure, 0]);
      this.sure = sure; // the map draws itself again whenever it is told something, also what it knows
    }

    // ms since the newest data behind the colours; 0 where there is none: that is said otherwise.
    age() {
      const { newest, at } = this.shown.answer;
      return newest === null ? 0 : (this.view.at ? at : yiping.now()) - newest;
    }

    stale() {
      const { freshness } = yiping.atlas.layer(this.shown.layer);
      return freshness > 0 && this.age() > freshness * 1000;
    }

    state(word) {
      if (this.told) this.told(word || "");
    }

    clicked(event) {
      if (yiping.atlas.draw && yiping.atlas.draw.active) return;
      const finger = event.originalEvent && event.originalEvent.pointerType === "touch";
      const point = this.marks.layer.pick(event.point.x, event.point.y, finger ? 24 : 12);
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
      const source = this.map.getSource("chosen"), ring = this.where.ring(this.view.place);
      const key = JSON.stringify(ring);
      if (key === this.chosen) return;
      this.chosen = key;
      for (const id of ["chosen-casing", "chosen"]) this.map.setLayoutProperty(id, "visibility", ring ? "visible" : "none"); // cut to tiles only while it is there
      source.setData(ring ? { type: "Feature", properties: {}, geometry: ring } : yiping.ground.EMPTY);
    }
  }

  function equal(one, other) {
    return one.length === other.length && one.every((value, place) => value === other[place]);
  }

  const round = (value, digits) => Number(value.toFixed(digits));

  yiping.AtlasMap = AtlasMap;
})();
