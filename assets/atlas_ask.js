// Asking the server for what is looked at: the newest question wins, and what is on the screen stays until its answer is whole.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const EVERY = 4000; // ms between two questions about the same view
  const PATIENCE = 10000; // ms for an answer: the server gives the database 8 s
  const BETWEEN = 150; // ms between two questions of one zoom
  const STATS = { asked: 0, bytes: 0, drawnMs: 0, readyMs: 0, firstMs: 0, resolution: 0, cells: 0, known: 0, points: 0 };
  const stats = (yiping.atlasStats = STATS);

  class Asker {
    constructor(owner) {
      Object.assign(this, { owner, asking: null, asked: 0, waiting: 0, wanted: null, began: 0 });
    }

    stop() {
      clearTimeout(this.waiting);
      if (this.asking) this.asking.abort();
    }

    // While the ground is still being drawn: the tiles of the first view, so that they are there when the map is.
    async warm() {
      const box = this.owner.where.box(), resolution = this.owner.where.resolution();
      if (box && resolution > 0) await this.owner.tiles.fill(resolution, box);
    }

    // While the map still zooms: the cells that it comes to. One that jumps has arrived and asks at once.
    early() {
      const { ready, paper, map, where } = this.owner;
      if (ready && !paper && map.isMoving() && where.resolution() !== this.wanted && performance.now() - this.began > BETWEEN) this.refresh();
    }

    async refresh() {
      if (!this.owner.ready || this.owner.gone) return;
      const box = this.owner.where.box();
      if (!box) return;
      if (this.asking) this.asking.abort();
      const asking = (this.asking = new AbortController()), began = (this.began = performance.now());
      this.owner.state("loading");
      try {
        const resolution = (this.wanted = this.owner.where.resolution()), points = this.owner.marks.refresh(box, asking.signal), { shown, turns } = this.owner;
        if (turns && shown && shown.resolution !== resolution && !this.owner.map.isMoving()) turns.wait();
        points.catch(() => {}); // it is waited for below
        const found = await (resolution > 0 ? this.ask(resolution, box, asking.signal) : this.askWhole(resolution, asking.signal));
        if (asking.signal.aborted || this.owner.gone) return;
        this.owner.trouble = null;
        this.owner.show(found);
        this.owner.state("loading"); // the legend of these colours, before the warnings come
        await points;
        stats.drawnMs = performance.now() - began;
      } catch (error) {
        if (asking.signal.aborted || this.owner.gone) return;
        this.owner.trouble = error.message;
        this.owner.dress();
      } finally {
        if (this.asking === asking) {
          this.asking = null;
          this.asked = Date.now();
          this.owner.state();
          this.owner.turns?.soon();
          this.ahead();
        }
      }
    }

    async ask(resolution, box, signal) {
      const { layer, at } = this.owner.view;
      const same = this.owner.shown && this.owner.shown.layer === layer && this.owner.shown.resolution === resolution;
      const query = new URLSearchParams({ layer, resolution, box: box.map((one) => one.toFixed(5)).join(",") });
      if (at) query.set("at", at);
      if (same) query.set("have", this.owner.shown.answer.tag);
      this.owner.tiles.fill(resolution, box).catch(() => {}); // what is missing afterwards is asked for one by one
      const answer = await this.fetch("/atlas/values?" + query, signal);
      const tiles = await Promise.all(answer.tiles.map(([parent]) => this.owner.tiles.get(resolution, parent)));
      return { layer, resolution, answer, tiles, bytes: values(answer, this.owner.shown) };
    }

    // Whole districts; or, of a layer without values, nothing but its points.
    async askWhole(resolution, signal) {
      const { layer, at } = this.owner.view, none = { at: yiping.now(), newest: null, devices: 0, late: 0, known: 0, districts: {} };
      const query = new URLSearchParams({ layer, ...(at ? { at } : {}) });
      const answer = resolution < 0 ? none : await this.fetch("/atlas/districts?" + query, signal);
      return { layer, resolution, answer, tiles: [], bytes: new Uint8Array(0) };
    }

    async fetch(address, signal) {
      const limit = AbortSignal.timeout(PATIENCE), late = () => { throw new Error("the database does not answer"); };
      const read = async () => {
        const response = await fetch(address, { signal: AbortSignal.any([signal, limit]) });
        return [response, await response.text()];
      };
      const [response, text] = await read().catch((error) => (limit.aborted ? late() : Promise.reject(error))); // a body may be late, too
      if (!response.ok) throw new Error(reason(text, response.status));
      stats.asked += 1;
      stats.bytes = text.length;
      return JSON.parse(text);
    }

    // When nothing else is to do: the tiles that the next step of the zoom will want, and those around.
    ahead() {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.prefetch().catch(() => {}), 500);
    }

    async prefetch() {
      const box = this.owner.where.box(), resolution = this.owner.where.resolution(), [coarse, fine] = this.owner.setup.resolutions;
      if (!box || this.owner.gone || this.asking || document.hidden) return;
      const wide = [[resolution + 1, yiping.ground.grown(box, -0.3)], [resolution, yiping.ground.grown(box, 0.4)], [resolution - 1, yiping.ground.grown(box, 0.8)]];
      for (const [step, around] of wide.filter(([one]) => one >= coarse && one <= fine)) {
        await this.owner.tiles.fill(step, around);
        if (this.owner.gone || this.asking) return;
      }
    }

    tick() {
      if (!this.owner.ready || document.hidden || this.asking) return;
      if (this.owner.shown) this.owner.dress();
      const due = this.owner.trouble || !this.owner.view.at;
      if (due && Date.now() - (this.asked || 0) > EVERY) this.refresh();
    }
  }

  // The values of an answer: whole, or what changed since those on the screen, or nothing because nothing changed.
  function values(answer, shown) {
    if (answer.values !== undefined) return yiping.draw.decode(answer.values);
    const bytes = shown.bytes.slice();
    if (!answer.places) return bytes;
    const places = new DataView(yiping.draw.decode(answer.places).buffer), changed = yiping.draw.decode(answer.changed);
    for (let one = 0; one < changed.length; one += 1) bytes[places.getUint32(4 * one, true)] = changed[one];
    return bytes;
  }

  function reason(text, status) {
    try {
      return String(JSON.parse(text).detail || status);
    } catch {
      return String(status);
    }
  }

  yiping.Asker = Asker;
})();
