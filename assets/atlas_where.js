// Where the map looks and where places are: boxes, the resolution that fits, and a chosen place where nothing covers it.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const WIDTHS = { 6: 6450, 7: 2440, 8: 922, 9: 348, 10: 131 }; // metres across a cell, on average
  const NEAR = 13.5; // zoom at which a single thing is looked at
  const FINE = 13; // px: a cell narrower than this is shown at a coarser resolution
  const quick = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  class Where {
    constructor(owner) {
      Object.assign(this, { owner, room: new yiping.Room(owner.element), due: null });
    }

    // Whether a place is on the screen with nothing over it.
    seen(spot) {
      const { x, y } = this.owner.map.project(spot);
      return !this.room.covered({ left: x, right: x, top: y, bottom: y });
    }

    // A place that an address names, without saying from where it is looked at: a ring with its surroundings, or a spot.
    seek(ring, spot) {
      const corners = ring || [spot], [lons, lats] = [0, 1].map((axis) => corners.map((one) => one[axis]));
      const low = [Math.min(...lons), Math.min(...lats)], high = [Math.max(...lons), Math.max(...lats)], far = [high[0] - low[0], high[1] - low[1]];
      const maxZoom = NEAR + Math.log2(Math.max(1, yiping.scale()));
      this.frame([low[0] - far[0], low[1] - far[1], high[0] + far[0], high[1] + far[1]], maxZoom);
    }

    // A box as large as it can be where nothing lies over it.
    frame(box, maxZoom = 15, duration = 600) {
      if (this.due) this.due.box = box;
      this.fit(box, this.room.best(shape(box)), maxZoom, duration);
    }

    fit(box, padding, maxZoom = 15, duration = 600) {
      this.owner.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding, maxZoom, duration: quick() ? 0 : duration });
    }

    // A spot in the middle of what is free.
    look([lon, lat], zoom, duration) {
      this.owner.map.easeTo({ center: [lon, lat], zoom, offset: this.room.middle(), duration: quick() ? 0 : duration });
    }

    placeBox(place) {
      if (place === "city") return this.owner.setup.box;
      const feature = this.owner.ground && this.owner.ground.districts.features.find((one) => String(one.id) === place);
      return feature ? yiping.draw.bounds({ features: [feature] }) : null;
    }

    // The box of the view, with a margin, cut to the city: what is asked for.
    box() {
      const bounds = this.owner.map.getBounds(), [west, south, east, north] = this.owner.setup.box;
      const cut = [Math.max(bounds.getWest(), west), Math.max(bounds.getSouth(), south), Math.min(bounds.getEast(), east), Math.min(bounds.getNorth(), north)];
      return cut[0] < cut[2] && cut[1] < cut[3] ? cut : null;
    }

    // The finest whose cells are wide enough to be seen; 0: whole districts; -1: the layer has no cells.
    resolution() {
      if (!yiping.atlas.layer(this.owner.view.layer).draws.includes("cells")) return -1;
      const metres = (40075016 * Math.cos((this.owner.map.getCenter().lat * Math.PI) / 180)) / (512 * 2 ** this.owner.map.getZoom());
      const [coarse] = this.owner.setup.resolutions, { finest } = yiping.atlas.layer(this.owner.view.layer), least = FINE * Math.max(1, yiping.scale());
      for (let one = finest; one >= coarse; one -= 1) if (WIDTHS[one] / metres >= least) return one;
      return 0;
    }

    fly(place) {
      const box = this.placeBox(place);
      if (!box) return;
      requestAnimationFrame(() => { // the panel has opened or closed by then: what it covers is no room
        if (this.owner.gone) return;
        if (place === "city") this.fit(box, this.room.padding()); // list and legend lie over its rims, or it would be small
        else this.frame(box);
      });
    }

    // A place that was just chosen is brought out from under what lies over the map, until somebody moves the map; `box` is
    // what the map was made to show of it.
    choose(place, box = null) {
      this.due = place === "city" ? null : { place, box };
      this.uncover();
    }

    // Panel and list may come later than the place: then it is looked at again.
    uncover() {
      requestAnimationFrame(() => {
        const { map, gone, paper } = this.owner;
        if (!this.due || !map || gone || paper) return;
        if (map.isMoving()) return void map.once("moveend", () => this.uncover());
        const { box, place } = this.due, found = this.outline(place), there = document.getElementById("atlas-alerts");
        if (box && this.room.covered(this.onScreen(corners(box), 0))) this.frame(box);
        else if (!box && found) this.clear(this.onScreen(found));
        if (found && there && !there.hidden && !document.querySelector("#atlas-panel.waiting")) this.due = null;
      });
    }

    clear(one) {
      const { wide, high } = this.room.size, [x, y] = [(one.left + one.right) / 2, (one.top + one.bottom) / 2];
      if (x < 0 || y < 0 || x > wide || y > high || !this.room.covered(one)) return; // who looks elsewhere wants to
      this.owner.map.panBy(this.room.way(one), { duration: quick() ? 0 : 300 });
    }

    // Points of a place, [lon, lat]: as the map has it, else as the panel tells it; null while neither knows.
    outline(place) {
      const ring = place.startsWith("cell:") ? this.ring(place) : null, spot = this.spot(place);
      if (ring || this.placeBox(place)) return ring ? ring.coordinates[0] : corners(this.placeBox(place));
      return spot ? [spot] : yiping.atlas.panel.outline(place);
    }

    onScreen(points, near = 0.75 * yiping.rem()) {
      const at = points.map((point) => this.owner.map.project(point));
      const [xs, ys] = [at.map((one) => one.x), at.map((one) => one.y)];
      return { left: Math.min(...xs) - near, right: Math.max(...xs) + near, top: Math.min(...ys) - near, bottom: Math.max(...ys) + near };
    }

    // Where a place is: [lon, lat]; null for one that is not on the screen.
    spot(place) {
      const mark = this.owner.marks && this.owner.marks.layer.points.find((one) => one.place === place);
      if (mark) return [mark.lon, mark.lat];
      const ring = place.startsWith("cell:") ? this.ring(place) : null;
      if (!ring) return null;
      const [one, , , other] = ring.coordinates[0];
      return [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
    }

    // adcode of the district of a point; null outside.
    districtAt([lon, lat]) {
      const found = this.owner.ground && this.owner.ground.districts.features.find((one) => yiping.ground.holds(one.geometry, lon, lat));
      return found ? String(found.id) : null;
    }

    ring(place) {
      if (place.startsWith("cell:") && this.owner.shown) {
        for (const { tile } of this.owner.shown.drawn) {
          const at = tile.place(place.slice(5));
          if (at >= 0) return { type: "Polygon", coordinates: [tile.ring(at)] };
        }
        return null;
      }
      const feature = this.owner.ground.districts.features.find((one) => String(one.id) === place);
      return feature ? feature.geometry : null;
    }
  }

  const corners = ([west, south, east, north]) => [[west, south], [east, south], [east, north], [west, north]];
  const shape = ([west, south, east, north]) => ((east - west) * Math.cos(((south + north) * Math.PI) / 360)) / Math.max(north - south, 1e-9) || 1;

  yiping.Where = Where;
})();
