// Hands on the map for tests/bench/map_one.py: they do what a person or the clock does, and say how long it took.
() => {
  const map = () => yiping.atlas.map, true_ = window.fetch;
  const idle = () => new Promise((done) => map().map.once('idle', done));
  const frame = () => new Promise(requestAnimationFrame);
  // The cells are drawn by the card and the frame after is on: what is read waits for all that was asked of the card.
  const done = async () => {
    await frame();
    const { gl } = map().sheet;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    await frame();
  };
  window.hands = {
    real: true_,
    // answers as the server would give, made here: all other values in the same tiles
    feign(changing) {
      const known = map().shown.answer, tiles = known.tiles, count = map().shown.bytes.length, texts = {};
      let turn = 0;
      const made = (layer) => {
        const key = layer + (turn += 1) % 7;
        if (!texts[key]) {
          const bytes = Array.from({ length: count }, (_, place) => String.fromCharCode((place * 7 + turn * 31) % 251)).join('');
          texts[key] = JSON.stringify({ ...known, layer, tag: key, tiles, places: undefined, changed: undefined, values: btoa(bytes) });
        }
        return texts[key];
      };
      window.fetch = (address, options) => {
        const url = new URL(address, location.origin);
        if (url.pathname === '/atlas/values') return Promise.resolve(new Response(made(url.searchParams.get('layer'))));
        if (url.pathname === '/atlas/warnings') return Promise.resolve(new Response('{"warnings":[]}'));
        if (url.pathname === '/atlas/points') return Promise.resolve(new Response('{"tag":"","total":0,"states":"","points":[]}'));
        return true_(address, options);
      };
    },
    honest() { window.fetch = true_; },
    async update() {
      const start = performance.now();
      await map().asker.refresh();
      await done();
      return performance.now() - start;
    },
    async zoom(to) {
      const start = performance.now(), drawn = new Promise((done) => {
        const look = () => (map().shown.resolution === map().where.resolution() && !map().asker.asking ? done() : requestAnimationFrame(look));
        map().map.once('moveend', () => requestAnimationFrame(look));
      });
      map().map.jumpTo({ zoom: to });
      await drawn;
      await done();
      return [performance.now() - start, map().shown.resolution, map().shown.bytes.length];
    },
    async points(count) {
      const marks = map().marks, start = performance.now(), drawn = idle(), states = btoa(String.fromCharCode(...Array.from({ length: count }, (_, place) => (place * 7 + Math.floor(start)) % 7)));
      const { lng, lat } = map().map.getCenter();
      const points = Array.from({ length: count }, (_, place) => ['made-' + place, 'made ' + place, lng + 0.2 * Math.sin(place * 2.4) * Math.sqrt(place / count), lat + 0.1 * Math.cos(place * 2.4) * Math.sqrt(place / count)]);
      marks.near = () => true;
      marks.take({ tag: 'made', total: count, states, points });
      marks.show();
      await drawn;
      return performance.now() - start;
    },
    async heap() {
      await frame();
      for (let turn = 0; turn < 4; turn += 1) gc();
      return performance.memory.usedJSHeapSize;
    },
    async wear(updates, changes) {
      const layers = ['rain', 'air', 'water', 'cases'];
      for (let turn = 0; turn < updates; turn += 1) { await map().asker.refresh(); await frame(); }
      for (let turn = 0; turn < changes; turn += 1) {
        yiping.atlas.go({ layer: layers[turn % 4] }, { replace: true });
        await frame();
        while (map().asker.asking) await frame();
      }
    },
  };
}
