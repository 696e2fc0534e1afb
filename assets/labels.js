// Where markers go so that none hides another: in order, each takes the first free place near its point. Pure.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const WAYS = [[0, -1], [0, 1], [1, 0], [-1, 0], [0.7, -0.7], [0.7, 0.7], [-0.7, -0.7], [-0.7, 0.7]];

  function overlap(one, other) {
    return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  }

  function box(item, dx, dy) {
    const x = item.x + dx, y = item.y + dy;
    return { left: x - item.w / 2, right: x + item.w / 2, top: y - item.h / 2, bottom: y + item.h / 2 };
  }

  function* places(item, unit) {
    yield [0, 0];
    for (const reach of item.reaches) {
      for (const [east, south] of WAYS) {
        yield [east * (reach * unit + item.w / 2 - item.h / 2), south * reach * unit];
      }
    }
  }

  // items: {x, y, w, h, reaches} in px, unit: px of a rem, room: {w, h}. Returns [dx, dy] for each, null where nothing is free.
  yiping.arrange = (items, unit, room, taken = []) => {
    const used = [...taken];
    return items.map((item) => {
      for (const [dx, dy] of places(item, unit)) {
        const here = box(item, dx, dy);
        const inside = here.left >= 0 && here.top >= 0 && here.right <= room.w && here.bottom <= room.h;
        if (inside && !used.some((other) => overlap(here, other))) {
          used.push(here);
          return [dx, dy];
        }
      }
      return null;
    });
  };
})();
