// The borders of official warnings (dashboard/atlas/outlines.py), over the colours and below the marks. They are lines: a colour over
// colours would be read as another value.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const AGAIN = 60000; // ms after which they are asked for again: an update moves a border, and no warning comes or goes

  class Outlines {
    constructor(owner) {
      Object.assign(this, { owner, key: null, asked: 0, count: 0 });
    }

    // When other warnings stand than before, or of another moment.
    async refresh(key, query, signal) {
      if (key === this.key && Date.now() - this.asked < AGAIN) return;
      const answer = await fetch("/atlas/outlines?" + query, { signal });
      if (!answer.ok || signal.aborted) return;
      [this.key, this.asked] = [key, Date.now()];
      this.show((await answer.json()).outlines);
    }

    show(found) {
      const features = found.map(({ event, level, rings }) => ({
        type: "Feature", properties: { event, level }, geometry: { type: "MultiLineString", coordinates: rings },
      }));
      this.owner.map.getSource("warned").setData({ type: "FeatureCollection", features });
      this.count = features.length;
      document.dispatchEvent(new CustomEvent("yiping:legend"));
    }
  }

  yiping.Outlines = Outlines;
})();
