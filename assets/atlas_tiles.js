// Tiles of cells: fetched once and kept by the browser; see layers/tiles.py for their bytes.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const HEAD = 40, CORNERS = 12, STEPS = 65535;
  const MOST = 600; // tiles kept here, about 8 kB each; the browser's own cache has the others

  class Tile {
    constructor(parent, buffer) {
      const head = new DataView(buffer);
      this.parent = parent;
      this.count = head.getUint32(0, true);
      this.box = [8, 16, 24, 32].map((at) => head.getFloat64(at, true)); // west, north, width, height in Mercator 0..1
      this.ids = new BigUint64Array(buffer, HEAD, this.count);
      this.corners = new Uint16Array(buffer, HEAD + 8 * this.count, CORNERS * this.count);
      this.gpu = null;
    }

    // The H3 index of a cell as text: it does not fit a number of JavaScript.
    id(place) {
      return this.ids[place].toString(16);
    }

    middle(place) {
      const at = CORNERS * place, c = this.corners, [west, north, width, height] = this.box;
      return [west + ((c[at] + c[at + 6]) / 2 / STEPS) * width, north + ((c[at + 1] + c[at + 7]) / 2 / STEPS) * height];
    }

    // The middle of each cell, said once a corner, in the tile's own sixteen bits.
    middles() {
      const found = new Uint16Array(this.corners.length);
      for (let at = 0; at < found.length; at += CORNERS) {
        const x = (this.corners[at] + this.corners[at + 6]) / 2, y = (this.corners[at + 1] + this.corners[at + 7]) / 2;
        for (let corner = 0; corner < CORNERS; corner += 2) [found[at + corner], found[at + corner + 1]] = [x, y];
      }
      return found;
    }

    ring(place) {
      const at = CORNERS * place, [west, north, width, height] = this.box;
      return [0, 2, 4, 6, 8, 10, 0].map((corner) => degrees(
        west + (this.corners[at + corner] / STEPS) * width, north + (this.corners[at + corner + 1] / STEPS) * height));
    }

    // Place of the cell that a point (Mercator) is nearest to, with the distance; -1 where the point is far from the tile.
    nearest(x, y) {
      const [west, north, width, height] = this.box;
      if (x < west || y < north || x > west + width || y > north + height) return [-1, Infinity];
      let best = -1, least = Infinity;
      for (let place = 0; place < this.count; place += 1) {
        const [cx, cy] = this.middle(place), far = (cx - x) ** 2 + (cy - y) ** 2;
        if (far < least) [best, least] = [place, far];
      }
      return [best, least];
    }

    place(id) {
      const wanted = BigInt("0x" + id);
      let low = 0, high = this.count - 1;
      while (low <= high) {
        const middle = (low + high) >> 1;
        if (this.ids[middle] === wanted) return middle;
        if (this.ids[middle] < wanted) low = middle + 1;
        else high = middle - 1;
      }
      return -1;
    }
  }

  function mercator(lon, lat) {
    const turn = Math.tan(Math.PI / 4 + (lat * Math.PI) / 360);
    return [lon / 360 + 0.5, 0.5 - Math.log(turn) / (2 * Math.PI)];
  }

  function degrees(x, y) {
    return [(x - 0.5) * 360, (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90];
  }

  class Tiles {
    constructor(version) {
      this.version = version;
      this.known = new Map(); // "resolution/parent" -> Promise<Tile>, the longest unused first
      this.dropped = () => {};
    }

    get(resolution, parent) {
      const key = resolution + "/" + parent;
      let found = this.known.get(key);
      if (found) this.known.delete(key);
      else found = this.fetch(key, parent);
      this.known.set(key, found);
      return found;
    }

    async fetch(key, parent) {
      try {
        const answer = await fetch("/atlas/tile/" + key + "?v=" + this.version);
        if (!answer.ok) throw new Error("tile " + key + " answered " + answer.status);
        return new Tile(parent, await answer.arrayBuffer());
      } catch (error) {
        this.known.delete(key);
        throw error;
      }
    }

    // Forgets the longest unused; `kept` are those that are drawn.
    trim(kept) {
      for (const [key, found] of this.known) {
        if (this.known.size <= MOST) return;
        if (kept.has(key)) continue;
        this.known.delete(key);
        found.then((tile) => this.dropped(tile), () => {});
      }
    }
  }

  Object.assign(yiping, { tiles: { Tiles, Tile, mercator, degrees } });
})();
