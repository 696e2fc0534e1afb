// Names on the map: HTML over the canvas, so that no server of glyphs is needed. None is written before the land is drawn.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});

  class Names {
    // collection: GeoJSON points with kind, name {language: text}, rank, zoom, note; see layers/labels.py.
    // `kept` gives the points [lon, lat] that no name may cover.
    constructor(map, element, collection, words, language, kept) {
      Object.assign(this, { map, words, kept });
      this.layer = document.createElement("div");
      this.layer.className = "atlas-names";
      this.layer.setAttribute("aria-hidden", "true");
      element.append(this.layer);
      this.labels = collection.features.map((feature) => this.label(feature, language)).filter(Boolean).sort((a, b) => a.rank - b.rank);
      this.written = false;
      map.on("move", () => this.project());
      map.on("moveend", () => this.arrange());
      map.on("resize", () => this.arrange());
    }

    label(feature, language) {
      const known = feature.properties, text = known.name[language] || known.name["zh-CN"] || Object.values(known.name)[0];
      if (!text) return null;
      const element = document.createElement("span"), note = known.note && this.words[known.note];
      element.className = known.kind;
      element.textContent = text;
      if (note) element.append(Object.assign(document.createElement("small"), { textContent: "（" + note + "）" }));
      const [lon, lat] = feature.geometry.coordinates;
      return { element, lon, lat, rank: known.rank, zoom: known.zoom || 0, kind: known.kind, reaches: [] };
    }

    // From the first picture of the land on.
    write() {
      this.written = true;
      this.arrange();
    }

    project() {
      if (!this.written) return;
      for (const label of this.labels) if (label.offset) this.put(label);
    }

    put(label) {
      const point = this.map.project([label.lon, label.lat]);
      label.element.style.transform = "translate(" + (point.x + label.offset[0]).toFixed(1) + "px," + (point.y + label.offset[1]).toFixed(1) + "px) translate(-50%,-50%)";
    }

    arrange() {
      if (!this.written) return;
      const zoom = this.map.getZoom() - Math.log2(Math.max(1, yiping.scale())), box = this.map.getContainer(), rem = yiping.rem();
      const room = { w: box.clientWidth, h: box.clientHeight };
      const here = this.labels.filter((label) => {
        const point = this.map.project([label.lon, label.lat]);
        Object.assign(label, { x: point.x, y: point.y });
        return zoom >= label.zoom && point.x > 0 && point.y > 0 && point.x < room.w && point.y < room.h;
      });
      for (const label of here) if (!label.element.isConnected) this.layer.append(label.element);
      // A name that had to move far would name its neighbour: from far away it is rather left out.
      for (const label of here) label.reaches = zoom < 8 ? [] : label.kind === "district" ? [0.8, 1.5] : [0.8];
      for (const label of here) Object.assign(label, { w: label.element.offsetWidth + 0.4 * rem, h: label.element.offsetHeight });
      const places = yiping.arrange(here, rem, room, this.taken(rem));
      const shown = new Map(here.map((label, place) => [label, places[place]]));
      for (const label of this.labels) {
        label.offset = shown.get(label) || null;
        if (label.offset) this.put(label);
        else label.element.remove();
      }
    }

    // What stands over the map already: legend and breadcrumb, and the points that must not be hidden.
    taken(rem) {
      const around = this.map.getContainer().getBoundingClientRect();
      return ["atlas-legend", "atlas-crumbs", "atlas-note", "atlas-panel"].map((id) => document.getElementById(id)).filter((part) => part && !part.hidden && part.clientWidth)
        .map((part) => part.getBoundingClientRect()).map((one) => ({ left: one.left - around.left, right: one.right - around.left, top: one.top - around.top, bottom: one.bottom - around.top }))
        .concat(this.kept().map(([lon, lat]) => this.map.project([lon, lat])).map(({ x, y }) => ({ left: x - 0.6 * rem, right: x + 0.6 * rem, top: y - 0.6 * rem, bottom: y + 0.6 * rem })));
    }
  }

  yiping.Names = Names;
})();
