// Tiles of cells: fetched once and kept by the browser; see layers/tiles.py for their bytes.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const HEAD = 40, CORNERS = 12, STEPS = 65535;
  const MOST = 600; // tiles kept here, about 8 kB each; the browser's own cache has the others
  const MOST_BOXES = 24;

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

    meets([west, south, east, north]) {
      const [left, top, width, height] = this.box, [x, y] = mercator(west, north), [u, v] = mercator(east, south);
      return left <= u && left + width >= x && top <= v && top + height >= y;
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

  // The tiles of one answer: u64 how many, a u64 parent and a u64 length each, their bytes.
  function unbundled(buffer) {
    const count = Number(new BigUint64Array(buffer, 0, 1)[0]), head = new BigUint64Array(buffer, 8, 2 * count);
    let at = 8 + head.byteLength;
    return Array.from({ length: count }, (_, place) => new Tile(head[2 * place].toString(16), buffer.slice(at, (at += Number(head[2 * place + 1])))));
  }

  class Tiles {
    constructor(version) {
      this.version = version;
      this.known = new Map(); // "resolution/parent" -> Tile, the longest unused first
      this.filled = []; // {resolution, box, done}: boxes of which all tiles are here, or on their way
      this.dropped = () => {};
    }

    // All tiles of a box in one answer, but for those that are here: a question each would take longer than to make them.
    fill(resolution, box) {
      const there = this.filled.find((one) => one.resolution === resolution && within(box, one.box));
      if (there) return there.done;
      const fill = { resolution, box, done: this.fetchAll(resolution, box) };
      this.filled = [...this.filled.slice(1 - MOST_BOXES), fill];
      fill.done.catch(() => (this.filled = this.filled.filter((one) => one !== fill)));
      return fill.done;
    }

    async fetchAll(resolution, box) {
      const kept = [...this.known].filter(([key, tile]) => key.startsWith(resolution + "/") && tile.meets(box)).map(([, tile]) => tile.parent.replace(/f+$/, ""));
      const query = "box=" + box.map((edge) => edge.toFixed(5)).join(",") + "&kept=" + kept.join(",") + "&v=" + this.version;
      for (const tile of unbundled(await bytes("/atlas/tiles/" + resolution + "?" + query))) this.known.set(resolution + "/" + tile.parent, tile);
    }

    async get(resolution, parent) {
      const key = resolution + "/" + parent;
      if (!this.known.has(key)) await Promise.allSettled(this.filled.filter((one) => one.resolution === resolution).map((one) => one.done));
      const found = this.known.get(key) || new Tile(parent, await bytes("/atlas/tile/" + key + "?v=" + this.version));
      this.known.delete(key);
      this.known.set(key, found);
      return found;
    }

    // Forgets the longest unused; `kept` are those that are drawn.
    trim(kept) {
      for (const [key, tile] of this.known) {
        if (this.known.size <= MOST) return;
        if (kept.has(key)) continue;
        this.known.delete(key);
        this.filled = this.filled.filter((one) => !key.startsWith(one.resolution + "/"));
        this.dropped(tile);
      }
    }
  }

  async function bytes(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address.split("?")[0] + " answered " + answer.status);
    return answer.arrayBuffer();
  }

  function within([west, south, east, north], [left, low, right, high]) {
    return west >= left && south >= low && east <= right && north <= high;
  }

  Object.assign(yiping, { tiles: { Tiles, Tile, mercator, degrees } });
})();
