// How the map looks: the library from this server, the style of its layers, the hatching of no data.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const TOP = 250;
  const BACK = "#0b0f14", BORDER = "#5f7382", RIVER = "#7cc4e8";
  const EMPTY = { type: "FeatureCollection", features: [] };
  let library = null;

  // --- the library, from this server -------------------------------------------------------------------------
  function load() {
    library = library || new Promise((done, failed) => {
      const sheet = document.createElement("link");
      sheet.rel = "stylesheet";
      sheet.href = "/vendor/maplibre-gl.css";
      const script = document.createElement("script");
      script.src = "/vendor/maplibre-gl.js";
      script.onload = done;
      script.onerror = () => { library = null; failed(new Error("maplibre-gl.js was not served")); };
      document.head.append(sheet, script);
    });
    return library;
  }

  if (["/", "/map"].includes(location.pathname)) load().catch(() => {}); // it will be wanted: do not wait for the layout

  async function geojson(url) {
    if (!url) return EMPTY;
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(url + " answered " + answer.status);
    return answer.json();
  }

  // --- style --------------------------------------------------------------------------------------------------
  function colour(colours) {
    const stops = colours.flatMap((one, place) => [(TOP * place) / (colours.length - 1), one]);
    return ["interpolate", ["linear"], ["coalesce", ["feature-state", "v"], 0], ...stops];
  }

  const bytes = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));

  function hatch(pixels, [line, land] = ["#2f3d49", "#0f151c"]) {
    const size = 8 * pixels, data = new Uint8ClampedArray(size * size * 4);
    for (let y = 0; y < size; y += 1) {
      for (let x = 0; x < size; x += 1) {
        data.set([...bytes((x + y) % size < 2 * pixels ? line : land), 255], (y * size + x) * 4);
      }
    }
    return { width: size, height: size, data };
  }

  function style({ cells, districts, borders, rivers }, colours) {
    const scale = yiping.scale();
    const line = (id, source, paint) => ({ id, source, type: "line", layout: { "line-join": "round", "line-cap": "round" }, paint });
    return {
      version: 8,
      sources: {
        cells: { type: "geojson", data: cells, tolerance: 0, buffer: 16, maxzoom: 12 },
        districts: { type: "geojson", data: districts, tolerance: 0.1 },
        borders: { type: "geojson", data: borders, tolerance: 0.1 },
        rivers: { type: "geojson", data: rivers, tolerance: 0.1 },
      },
      layers: [
        { id: "back", type: "background", paint: { "background-color": BACK } },
        { id: "none", source: "districts", type: "fill", paint: { "fill-pattern": "hatch" } },
        { id: "cells", source: "cells", type: "fill", paint: {
          "fill-color": colour(colours), "fill-antialias": false,
          "fill-opacity": ["case", ["boolean", ["feature-state", "on"], false], 1, 0] } },
        { ...line("grid", "cells", { "line-color": BACK, "line-width": 0.8 * scale, "line-opacity": 0.55 }), minzoom: 9.4 },
        line("casing", "borders", { "line-color": BACK, "line-width": 3 * scale, "line-opacity": 0.75 }),
        line("border", "borders", { "line-color": BORDER, "line-width": 1 * scale }),
        line("river-casing", "rivers", { "line-color": BACK, "line-width": 4.4 * scale, "line-opacity": 0.55 }),
        line("river", "rivers", { "line-color": RIVER, "line-width": 2 * scale }),
      ],
    };
  }

  function bounds(collection) {
    const box = [180, 90, -180, -90];
    const walk = (part) => {
      if (typeof part[0] !== "number") return part.forEach(walk);
      box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
    };
    collection.features.forEach((feature) => feature.geometry && walk(feature.geometry.coordinates));
    return box[0] > box[2] ? null : box;
  }

  // A district has a place for its name; a river is named a third along, so that names of rivers that meet stay apart.
  function anchor(feature) {
    const known = feature.properties;
    if (known.label) return known.label;
    const line = feature.geometry && feature.geometry.type === "LineString" ? feature.geometry.coordinates : null;
    return line && line[Math.floor(line.length / 3)];
  }

  function decode(text) {
    return text ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)) : new Uint8Array(0);
  }

  yiping.draw = { load, geojson, colour, hatch, style, bounds, anchor, decode };
})();
