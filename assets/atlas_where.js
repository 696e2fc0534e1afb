// Where the map looks and where places are: boxes, the resolution that fits, what a panel covers.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const WIDTHS = { 6: 6450, 7: 2440, 8: 922, 9: 348, 10: 131 }; // metres across a cell, on average
  const NEAR = 13.5; // zoom at which a single thing is looked at
  const FINE = 13; // px: a cell narrower than this is shown at a coarser resolution
  const quick = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  class Where {
    constructor(owner) {
      this.owner = owner;
    }

    padding() {
      const all = this.owner.element.getBoundingClientRect(), rem = yiping.rem();
      const side = (selector) => {
        const part = document.querySelector(selector);
        return part && !part.hidden && part.clientWidth < all.width * 0.6 ? part.getBoundingClientRect() : null;
      };
      const right = side("#atlas-panel"), room = { top: 3.4 * rem, bottom: 3.4 * rem, left: 2 * rem, right: 2 * rem };
      if (right && right.left < all.right) room.right += all.right - right.left;
      else room.bottom += this.below(all);
      return room;
    }

    // Padding that leaves what is looked at free also of the list of warnings, where that is long and leaves enough.
    free() {
      const all = this.owner.element.getBoundingClientRect(), room = this.padding(), list = document.querySelector("#atlas-alerts");
      const { left, height } = list && !list.hidden ? list.getBoundingClientRect() : { left: all.right, height: 0 };
      const right = all.right - left + yiping.rem();
      return height > 0.4 * all.height && right < 0.6 * all.width ? { ...room, right: Math.max(room.right, right) } : room;
    }

    // Whether a place is on the screen with nothing over it.
    seen([lon, lat]) {
      const { x, y } = this.owner.map.project([lon, lat]), { clientWidth, clientHeight } = this.owner.element, room = this.free();
      return x >= 0 && y >= 0 && x <= clientWidth - room.right && y <= clientHeight - room.bottom;
    }

    // What a panel over the lower half of a small screen covers.
    below(all) {
      const panel = document.querySelector("#atlas-panel"), top = panel && !panel.hidden ? panel.getBoundingClientRect().top : Infinity;
      return top > all.top ? Math.max(0, all.bottom - top) : 0;
    }

    // A place that an address names, without saying from where it is looked at: a ring with its surroundings, or a spot.
    seek(ring, spot) {
      const corners = ring || [spot], [lons, lats] = [0, 1].map((axis) => corners.map((one) => one[axis]));
      const low = [Math.min(...lons), Math.min(...lats)], high = [Math.max(...lons), Math.max(...lats)], far = [high[0] - low[0], high[1] - low[1]];
      const maxZoom = NEAR + Math.log2(Math.max(1, yiping.scale()));
      this.owner.map.fitBounds([[low[0] - far[0], low[1] - far[1]], [high[0] + far[0], high[1] + far[1]]], { padding: this.free(), maxZoom, duration: quick() ? 0 : 600 });
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
        if (!this.owner.gone) this.owner.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: this.padding(), maxZoom: 15, duration: quick() ? 0 : 600 });
      });
    }

    // A chosen place that lies under the panel comes out from under it.
    uncover() {
      requestAnimationFrame(() => {
        const spot = this.spot(this.owner.view.place), room = this.padding();
        if (!spot || this.owner.gone) return;
        const { x, y } = this.owner.map.project(spot), { clientWidth, clientHeight } = this.owner.element;
        const over = [x - (clientWidth - room.right), y - (clientHeight - room.bottom)].map((one) => (one > 0 ? one + 40 : 0));
        if (over[0] || over[1]) this.owner.map.panBy(over, { duration: quick() ? 0 : 300 });
      });
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

  yiping.Where = Where;
})();
