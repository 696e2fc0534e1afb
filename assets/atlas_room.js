// What lies over the map - the panel, the list of warnings, the legend - and the room that is left between them, in px of the map.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const LEAST = 9; // rem: a strip that is narrower or lower shows nothing

  class Room {
    constructor(element) {
      this.element = element;
    }

    get size() {
      return { wide: this.element.clientWidth, high: this.element.clientHeight };
    }

    box(id) {
      const part = document.getElementById("atlas-" + id), all = this.element.getBoundingClientRect();
      if (!part || part.hidden || !part.clientWidth) return null;
      const one = part.getBoundingClientRect();
      return { left: one.left - all.left, right: one.right - all.left, top: one.top - all.top, bottom: one.bottom - all.top };
    }

    // Beside the edges and the panel: on a small screen that lies below, else at the right.
    padding() {
      const { wide, high } = this.size, rem = yiping.rem(), panel = this.box("panel");
      const room = { top: 3.4 * rem, bottom: 3.4 * rem, left: 2 * rem, right: 2 * rem };
      if (!panel) return room;
      const side = panel.right - panel.left < 0.6 * wide;
      return side ? { ...room, right: room.right + Math.max(0, wide - panel.left) } : { ...room, bottom: room.bottom + Math.max(0, high - panel.top) };
    }

    // All ways to leave also list, legend and buttons free: past each at its side, or below or above it.
    ways() {
      const { wide, high } = this.size, first = this.padding(), least = LEAST * yiping.rem();
      const found = ["alerts", "legend", "hands"].map((id) => this.box(id)).filter(Boolean).reduce((ways, box) => ways.flatMap((way) => this.past(way, box)), [first]);
      const fit = found.filter((one) => wide - one.left - one.right >= least && high - one.top - one.bottom >= least);
      return fit.length ? fit : [first];
    }

    past(way, box) {
      const { wide, high } = this.size, rem = yiping.rem(), right = box.left + box.right > wide + way.left - way.right, low = box.top + box.bottom > high;
      const side = right ? { right: Math.max(way.right, wide - box.left + rem) } : { left: Math.max(way.left, box.right + rem) };
      const over = low ? { bottom: Math.max(way.bottom, high - box.top + rem) } : { top: Math.max(way.top, box.bottom + rem) };
      return [{ ...way, ...side }, { ...way, ...over }];
    }

    // The padding in which something of this shape (width to height) is largest.
    best(shape = 1) {
      const { wide, high } = this.size, large = (one) => Math.min((wide - one.left - one.right) / shape, high - one.top - one.bottom);
      return this.ways().reduce((best, one) => (large(one) > large(best) ? one : best));
    }

    // How far the middle of that room is from the middle of the map.
    middle() {
      const { left, right, top, bottom } = this.best();
      return [(left - right) / 2, (top - bottom) / 2];
    }

    // Whether something of the screen is off the map, or has a part over it.
    covered(one) {
      const { wide, high } = this.size, over = (box) => box && one.left < box.right && one.right > box.left && one.top < box.bottom && one.bottom > box.top;
      return one.left < 0 || one.top < 0 || one.right > wide || one.bottom > high || ["panel", "alerts", "legend", "hands", "crumbs"].some((id) => over(this.box(id)));
    }

    // The shortest way by which the map has to move for it to be free: [x, y] as panBy wants it.
    way(one) {
      const { wide, high } = this.size;
      const far = this.ways().map((room) => [along(one.left, one.right, room.left, wide - room.right), along(one.top, one.bottom, room.top, high - room.bottom)]);
      return far.reduce((best, found) => (Math.hypot(...found) < Math.hypot(...best) ? found : best));
    }
  }

  // How far `low`..`high` is out of `from`..`to`; what is larger than that goes to its middle.
  function along(low, high, from, to) {
    if (high - low > to - from) return (low + high - from - to) / 2;
    return low < from ? low - from : high > to ? high - to : 0;
  }

  yiping.Room = Room;
})();
