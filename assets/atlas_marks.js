// Devices, facilities, stations, cameras and open warnings as points of the map: which, in what shape and colour, and asking for them.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const STATES = ["fresh", "silent", "never", "blue", "yellow", "orange", "red"]; // dashboard/atlas/dots.py
  const PATIENCE = 5000; // ms that warnings of a past moment wait for its colours
  const NEAR = 12.2; // zoom from which devices are shown one by one
  const SHAPES = { blue: "circle", yellow: "triangle", orange: "diamond", red: "square", fresh: "circle", silent: "ring", never: "cross", facilities: "plus", stations: "gauge", cameras: "frame" }; // no two alike: paper may be grey
  const COLOURS = {
    dark: { blue: "#4f9cf9", yellow: "#f7d046", orange: "#fb8b3c", red: "#f2483f", fresh: "#93a4b1", silent: "#eef3f7", never: "#a3b1be", facilities: "#c3ced7", stations: "#9fd6f2", cameras: "#d5dde4" },
    light: { blue: "#1f6fd6", yellow: "#e8b90c", orange: "#e36a12", red: "#c8231b", fresh: "#627482", silent: "#12202b", never: "#475866", facilities: "#33434f", stations: "#14527a", cameras: "#25343f" },
  };
  const ORDER = ["red", "orange", "yellow", "blue", "fresh", "silent", "never", "facilities", "stations", "cameras"];
  const SIGNS = { circle: "●", triangle: "▲", diamond: "◆", square: "■", ring: "◎", cross: "×", plus: "＋", gauge: "▼", frame: "◇" };
  const FIXED = { facilities: "facility", stations: "station", cameras: "camera" }; // drawings of the ground: kind of place

  class Marks {
    constructor(owner) {
      Object.assign(this, { owner, layer: new yiping.points.PointLayer("marks"), fixed: {}, devices: [], warnings: [], tag: "", total: 0, asked: 0, outlines: new yiping.Outlines(owner) });
    }

    async begin(urls) {
      this.layer.ground = this.owner.colours.back;
      await Promise.all(Object.keys(FIXED).filter((name) => urls[name]).map(async (name) => {
        const { features } = await yiping.draw.geojson(urls[name]);
        this.fixed[name] = features.map((feature) => this.point(name, feature));
      }));
      this.show();
    }

    point(name, feature) {
      const [lon, lat] = feature.geometry.coordinates, known = feature.properties, names = known.name || {};
      const said = names[this.owner.view.lang] || names["zh-CN"] || Object.values(names)[0] || known.id;
      return this.dressed(name, { place: FIXED[name] + ":" + known.id, name: said, link: known.link, lon, lat, size: 11 });
    }

    dressed(state, point) {
      return { ...point, state, shape: SHAPES[state], colour: COLOURS[this.owner.look][state] };
    }

    dress(back) {
      const again = (points) => points.map((point) => this.dressed(point.state, point));
      this.layer.ground = back;
      for (const name of Object.keys(this.fixed)) this.fixed[name] = again(this.fixed[name]);
      [this.devices, this.warnings] = [again(this.devices), again(this.warnings)];
      this.show();
    }

    near() {
      return this.owner.map.getZoom() - Math.log2(Math.max(1, yiping.scale())) >= NEAR;
    }

    // The mildest first: what is worst is drawn last and lies on top.
    show() {
      const chosen = this.owner.view.layer, near = this.near();
      const fixed = Object.keys(this.fixed).filter((name) => near || name === chosen).flatMap((name) => this.fixed[name]);
      const points = [...fixed, ...(near ? this.devices : []), ...this.warnings];
      this.layer.show(points);
      yiping.atlasStats.points = points.length;
    }

    // Which kinds of points are drawn: what the legend explains, the worst first.
    states() {
      const drawn = new Set(this.layer.points.map((point) => point.state));
      return Object.keys(SHAPES).filter((state) => drawn.has(state)).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
    }

    async refresh(box, signal) {
      const { at, lang } = this.owner.view, query = new URLSearchParams({ lang, ...(at ? { at } : {}) });
      const wanted = [this.askWarnings(query, signal)];
      if (this.near() && box) wanted.push(this.askDevices(query, box, signal));
      const [list] = await Promise.all(wanted);
      await this.together(at, signal);
      if (signal.aborted) return;
      this.show();
      if (list) document.dispatchEvent(new CustomEvent("yiping:warnings", { detail: list })); // to atlas_alerts.js
    }

    // Of a past moment warnings come with the colours of that moment, never before them; a while later without.
    async together(at, signal) {
      const until = Date.now() + PATIENCE, drawn = () => this.owner.where.resolution() < 0 || (this.owner.shown && this.owner.shown.answer.at === Date.parse(at));
      while (at && !signal.aborted && !this.owner.gone && !drawn() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 30));
    }

    async askWarnings(query, signal) {
      const answer = await fetch("/atlas/warnings?" + query, { signal });
      if (!answer.ok) return;
      const { warnings, list } = await answer.json(), key = warnings.map((one) => one.id).join();
      if (this.owner.names && key !== this.key) requestAnimationFrame(() => this.owner.names.arrange());
      this.key = key;
      this.warnings = warnings.map((one) => this.dressed(one.level, { ...one, name: one.name, size: 15 }));
      this.outlines.refresh(key + query, query, signal).catch((error) => signal.aborted || console.warn("yiping outlines: " + error.message)); // the list does not wait for them
      return list;
    }

    async askDevices(query, box, signal) {
      const asked = new URLSearchParams([...query, ["box", box.map((one) => one.toFixed(5)).join(",")], ["have", this.tag]]);
      const response = await fetch("/atlas/points?" + asked, { signal });
      if (!response.ok) return;
      this.take(await response.json());
    }

    take(answer) {
      if (answer.points) this.places = answer.points;
      Object.assign(this, { tag: answer.tag, total: answer.total });
      const states = yiping.draw.decode(answer.states);
      this.devices = this.places.map(([id, name, lon, lat], place) => {
        const state = STATES[states[place]];
        return this.dressed(state, { place: "device:" + id, name, lon, lat, size: state === "fresh" ? 6 : 10 });
      }).sort((a, b) => a.size - b.size);
    }
  }

  Object.assign(yiping, { Marks, marks: { SHAPES, SIGNS, COLOURS, STATES } });
})();
