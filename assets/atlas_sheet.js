// A canvas of their own for the cells, under that of the map: new values draw the cells again and nothing else.
// Roads, rivers and borders above them take most of a frame, and change only when somebody moves the map.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const MOST = 800; // ms that lines wait for cells

  class Sheet {
    // `layer` is drawn whenever it asks for it and whenever the map looks elsewhere; `lost` is called without a graphics card.
    constructor(map, layer, lost) {
      const canvas = document.createElement("canvas");
      const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false, stencil: false });
      if (!gl) throw new Error("no second canvas of WebGL 2");
      Object.assign(this, { map, layer, canvas, gl, frame: 0, looked: "", fresh: false });
      canvas.className = "atlas-sheet";
      canvas.addEventListener("webglcontextlost", lost);
      map.getContainer().prepend(canvas);
      layer.onAdd(map, gl);
      layer.repaint = () => this.ask();
      this.moved = () => this.looks() !== this.looked && this.draw();
      map.on("render", this.moved);
    }

    remove() {
      cancelAnimationFrame(this.frame);
      this.map.off("render", this.moved);
      this.layer.onRemove();
      this.gl.getExtension("WEBGL_lose_context")?.loseContext();
      this.canvas.remove();
    }

    // Where the map looks; the cells are where they were while this stays the same.
    looks() {
      const { lng, lat } = this.map.getCenter(), { width, height } = this.map.getCanvas();
      return [lng, lat, this.map.getZoom(), width, height].join();
    }

    ask() {
      this.fresh = false;
      if (!this.frame) this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        if (!this.fresh) this.draw();
      });
    }

    draw() {
      const { gl, canvas } = this, { width, height } = this.map.getCanvas();
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      this.looked = this.looks();
      this.fresh = true;
      gl.viewport(0, 0, width, height);
      gl.clearColor(...yiping.cells.rgb(this.layer.look.ground), 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      this.layer.render(gl);
    }
  }

  // Cells first: while those of another resolution are on their way the map draws itself once where it now looks, and not again for
  // each piece of its lines that comes, because each of its frames keeps the cells waiting. A move is drawn at once.
  class Turns {
    constructor(map) {
      Object.assign(this, { late: 0, wanted: false, draw: map.triggerRepaint.bind(map) });
      map.triggerRepaint = () => (this.late ? (this.wanted = true) : this.draw());
      map.on("move", () => this.end());
    }

    wait() {
      if (!this.late) this.late = setTimeout(() => this.end(), MOST);
    }

    // When the cells are on the screen: they are drawn in the next frame, which is over in the one after.
    soon() {
      if (this.late) requestAnimationFrame(() => requestAnimationFrame(() => this.end()));
    }

    end() {
      clearTimeout(this.late);
      this.late = 0;
      if (this.wanted) this.draw();
      this.wanted = false;
    }
  }

  Object.assign(yiping, { Sheet, Turns });
})();
