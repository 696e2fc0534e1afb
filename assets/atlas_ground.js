// The ground of the map as a MapLibre style, and the few sums about areas that the map needs. Pure.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const LOOKS = { dark: { hatch: "#33424f", chosen: "#ffffff" }, light: { hatch: "#b9c5cf", chosen: "#12202b" } };
  const EMPTY = { type: "FeatureCollection", features: [] };

  // What the server says of the ground, and what is ours between and above: districts in colour, the chosen place.
  function style(found, ground, look) {
    const { chosen } = LOOKS[look], { back, land } = found.colours, scale = Math.max(1, yiping.scale());
    const line = (id, paint) => ({ id, source: id.split("-")[0], type: "line", layout: { "line-join": "round" }, paint });
    const { blue, yellow, orange, red } = yiping.marks.COLOURS[look];
    const own = (data) => ({ type: "geojson", data, tolerance: 0.1 });
    const fill = (id, source, paint) => ({ id, source, type: "fill", paint });
    return {
      version: 8,
      transition: { duration: 0, delay: 0 }, // another look is there in one frame: a print has only one
      sources: { ...absolute(used(found)), whole: { ...own(ground.districts) }, warned: own(EMPTY), chosen: { ...own(EMPTY), tolerance: 0 } },
      layers: [
        ...scaled(found.below, scale),
        fill("whole-none", "whole", { "fill-pattern": "hatch" }),
        fill("whole", "whole", { "fill-color": land, "fill-opacity": ["case", ["boolean", ["feature-state", "on"], false], 1, 0] }),
        ...scaled(found.above, scale),
        line("warned-casing", { "line-color": back, "line-width": 5 * scale, "line-opacity": 0.6 }),
        line("warned", { "line-color": ["match", ["get", "level"], "red", red, "orange", orange, "yellow", yellow, blue], "line-width": 2.4 * scale, "line-dasharray": [3, 1.6] }),
        line("chosen-casing", { "line-color": back, "line-width": 6 * scale, "line-opacity": 0.8 }),
        line("chosen", { "line-color": chosen, "line-width": 2.6 * scale }),
      ],
    };
  }

  // Whether more than our own drawings lies under the cells: tiles of pictures or lines.
  function pictures({ sources }) {
    return Object.values(sources).some((one) => one.type !== "geojson");
  }

  // Who made what lies under our drawings, and whether it came: pictures of others may stay away, and the city is drawn without them.
  class Credits {
    constructor(map, found, lang) {
      const tiles = Object.entries(found.sources).filter(([, one]) => one.type !== "geojson").map(([name]) => name);
      this.text = found.credits.map((one) => one[lang] || Object.values(one)[0]).join(" · ");
      this.silent = new Set();
      map.on("error", ({ sourceId, error }) => (tiles.includes(sourceId) ? this.heard(sourceId, false) : console.error(error)));
      map.on("sourcedata", ({ sourceId, tile }) => tile && tiles.includes(sourceId) && this.heard(sourceId, true));
    }

    // A row of the legend; none where nothing lies under ours.
    rows(words) {
      const failed = this.silent.size > 0, row = document.createElement("p");
      row.className = failed ? "credit failed" : "credit";
      row.textContent = words[failed ? "ground_failed" : "ground"].replace("{credits}", this.text);
      return this.text || failed ? [row] : [];
    }

    heard(source, came) {
      if (this.silent.has(source) !== came) return;
      this.silent[came ? "delete" : "add"](source);
      document.dispatchEvent(new CustomEvent("yiping:legend"));
    }
  }

  // The server's lines are px of a screen of 1920x1080: wider on a larger one, and drawn from a zoom that is as much nearer.
  function scaled(layers, scale) {
    const wide = (value) => (!Array.isArray(value) ? value * scale : value[0] === "interpolate" ? value.map((part, at) => (at > 3 && at % 2 === 0 ? part * scale : part)) : value);
    return layers.map((layer) => {
      const paint = layer.paint && "line-width" in layer.paint ? { ...layer.paint, "line-width": wide(layer.paint["line-width"]) } : layer.paint;
      return { ...layer, ...(paint ? { paint } : {}), ...(layer.minzoom ? { minzoom: layer.minzoom + Math.log2(scale) } : {}) };
    });
  }

  // The sources that a layer draws: others would be fetched and cut to tiles for nothing.
  function used({ sources, below, above }) {
    const drawn = new Set([...below, ...above].map((one) => one.source));
    return Object.fromEntries(Object.entries(sources).filter(([name]) => drawn.has(name)));
  }

  // A worker fetches what a source names: it has no address of its own to start from.
  function absolute(sources) {
    const full = (text) => (text.startsWith("/") ? location.origin + text : text);
    return Object.fromEntries(Object.entries(sources).map(([name, one]) => [name, {
      ...one, ...(typeof one.data === "string" ? { data: full(one.data) } : {}), ...(one.tiles ? { tiles: one.tiles.map(full) } : {}) }]));
  }

  // A box larger (or smaller) by a share of itself on each side, within the world.
  function grown([west, south, east, north], share) {
    const x = (east - west) * share, y = (north - south) * share;
    return [Math.max(west - x, -180), Math.max(south - y, -85), Math.min(east + x, 180), Math.min(north + y, 85)];
  }

  // Whether a Polygon or MultiPolygon holds a point: how many edges lie east of it.
  function holds(geometry, lon, lat) {
    const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
    let odd = false;
    for (const ring of rings) {
      for (let at = 1; at < ring.length; at += 1) {
        const [[x, y], [u, v]] = [ring[at - 1], ring[at]];
        if (y > lat !== v > lat && lon < x + ((lat - y) / (v - y)) * (u - x)) odd = !odd;
      }
    }
    return odd;
  }

  yiping.ground = { Credits, LOOKS, EMPTY, style, pictures, grown, holds };
})();
