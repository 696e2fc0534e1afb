// Cells in WebGL: one draw a tile. Its corners go to the graphics memory once, as they came; a change of values is six bytes a cell.
// Not instanced: six corners an instance are slow on any machine, and a draw call each where there is no graphics card.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const NO_DATA = 255, MOST_COLOURS = 8;

  const CORNERS = 6, FAN = [0, 1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 5], MOST_CELLS = 343; // a whole tile: layers/tiles.py

  // A corner and the middle of its cell, in 65535ths of the tile's box. `place`: that box to the screen, worked out in double precision.
  // The colour is worked out a corner, not a pixel: without a graphics card that is most of the time.
  const VERTEX = `#version 300 es
    precision highp float;
    layout(location=0) in vec2 corner; layout(location=1) in vec2 middle; layout(location=2) in float value;
    uniform vec4 place; uniform float shrink;
    uniform vec3 ramp[${MOST_COLOURS}]; uniform int colours; uniform bool steps; uniform vec3 ground;
    uniform float faded; uniform float grey; uniform float opacity;
    flat out vec4 colour;
    void main() {
      gl_Position = vec4(mix(middle, corner, shrink) * place.xy + place.zw, 0.0, 1.0);
      float at = value / 250.0 * float(colours - 1);
      int low = min(int(at), colours - 2);
      vec3 found = steps ? ramp[int(at + 0.5)] : mix(ramp[low], ramp[low + 1], at - float(low));
      found = mix(found, vec3(dot(found, vec3(0.3, 0.59, 0.11))), grey);
      colour = value > 250.5 ? vec4(0.0) : vec4(mix(found, ground, faded) * opacity, opacity);
    }`;
  const FRAGMENT = `#version 300 es
    precision highp float;
    flat in vec4 colour; out vec4 found;
    uniform vec4 hatch; uniform vec4 between; uniform float lines; // lines a pixel
    void main() {
      found = colour.a > 0.0 ? colour : fract((gl_FragCoord.x + gl_FragCoord.y) * lines) < 0.2 ? hatch : between;
    }`;
  const UNIFORMS = ["place", "shrink", "ramp", "colours", "steps", "hatch", "between", "lines", "ground", "faded", "grey", "opacity"];

  function program(gl, vertex, fragment) {
    const made = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(made, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(made);
    if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error("shader: " + gl.getProgramInfoLog(made));
    return made;
  }

  // The triangles of as many cells as a tile may have: one list for all tiles.
  function fans() {
    return Uint16Array.from({ length: FAN.length * MOST_CELLS }, (_, at) => CORNERS * Math.floor(at / FAN.length) + FAN[at % FAN.length]);
  }

  function sixfold(values) {
    const found = new Uint8Array(CORNERS * values.length);
    for (let cell = 0; cell < values.length; cell += 1) found.fill(values[cell], CORNERS * cell, CORNERS * (cell + 1));
    return found;
  }

  const rgb = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16) / 255);

  // From a Mercator box to clip space: MapLibre's own matrix is exact to some metres only, which shakes at the zoom of houses.
  function placed(map, [west, north, width, height]) {
    const [x, y] = yiping.tiles.mercator(map.getCenter().lng, map.getCenter().lat);
    const { clientWidth, clientHeight } = map.getCanvas(), world = 512 * 2 ** map.getZoom();
    const across = (2 * world) / clientWidth, down = (2 * world) / clientHeight;
    return [width * across, -height * down, (west - x) * across, (y - north) * down];
  }

  class CellLayer {
    constructor(id) {
      Object.assign(this, { id, type: "custom", renderingMode: "2d" });
      this.drawn = []; // [{tile, values}]
      this.repaint = () => this.map && this.map.triggerRepaint();
      this.look = { colours: ["#000000", "#ffffff"], steps: false, hatch: "#2f3d49", ground: "#0b0f14", faded: 0, grey: 0, opacity: 1, gap: 0.6 };
    }

    onAdd(map, gl) {
      Object.assign(this, { map, gl });
      this.program = program(gl, VERTEX, FRAGMENT);
      this.fans = null; // made while drawing: MapLibre remembers what is bound outside of it
      this.at = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(this.program, name)]));
    }

    onRemove() {
      for (const { tile } of this.drawn) this.forget(tile);
      this.gl.deleteBuffer(this.fans);
      this.gl.deleteProgram(this.program);
    }

    // What is drawn from the next frame on. A tile that is drawn already gets new values only when they are others.
    show(drawn) {
      this.drawn = drawn;
      this.repaint();
    }

    style(look) {
      if (Object.entries(look).every(([name, value]) => this.look[name] === value)) return;
      Object.assign(this.look, look);
      this.repaint();
    }

    forget(tile) {
      if (!tile.gpu || tile.gpu.owner !== this) return;
      const { array, corners, middles, values } = tile.gpu;
      this.gl.deleteVertexArray(array);
      for (const buffer of [corners, middles, values]) this.gl.deleteBuffer(buffer);
      tile.gpu = null;
    }

    prepare(gl) {
      this.fans = gl.createBuffer();
      gl.bindVertexArray(null);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.fans);
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, fans(), gl.STATIC_DRAW);
    }

    upload(tile) {
      const gl = this.gl, array = gl.createVertexArray(), buffer = (data, use, place, size, kind, share) => {
        const made = gl.createBuffer();
        gl.bindBuffer(gl.ARRAY_BUFFER, made);
        gl.bufferData(gl.ARRAY_BUFFER, data, use);
        gl.enableVertexAttribArray(place);
        gl.vertexAttribPointer(place, size, kind, share, 0, 0);
        return made;
      };
      gl.bindVertexArray(array);
      const corners = buffer(tile.corners, gl.STATIC_DRAW, 0, 2, gl.UNSIGNED_SHORT, true);
      const middles = buffer(tile.middles(), gl.STATIC_DRAW, 1, 2, gl.UNSIGNED_SHORT, true);
      const values = buffer(CORNERS * tile.count, gl.DYNAMIC_DRAW, 2, 1, gl.UNSIGNED_BYTE, false);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.fans);
      gl.bindVertexArray(null);
      tile.gpu = { owner: this, array, corners, middles, values, shown: null };
    }

    render(gl) {
      if (!this.drawn.length) return;
      if (!this.fans) this.prepare(gl);
      this.dress(gl);
      for (const one of this.drawn) this.draw(gl, one);
      gl.bindVertexArray(null);
    }

    dress(gl) {
      const { look, at } = this, pixels = this.map.getCanvas().width / this.map.getCanvas().clientWidth;
      gl.useProgram(this.program);
      if (look.opacity < 1) gl.enable(gl.BLEND);
      else gl.disable(gl.BLEND); // or each pixel is read before it is written
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.disable(gl.STENCIL_TEST);
      gl.disable(gl.CULL_FACE);
      const ramp = look.colours.flatMap(rgb);
      gl.uniform3fv(at.ramp, new Float32Array([...ramp, ...new Array(3 * MOST_COLOURS - ramp.length).fill(0)]));
      gl.uniform1i(at.colours, look.colours.length);
      gl.uniform1i(at.steps, look.steps ? 1 : 0);
      const hatch = rgb(look.hatch), ground = rgb(look.ground), through = (colour) => [...colour.map((part) => part * look.opacity), look.opacity];
      gl.uniform4f(at.hatch, ...through(hatch));
      gl.uniform4f(at.between, ...through(ground.map((part, place) => 0.75 * part + 0.25 * hatch[place])));
      gl.uniform1f(at.lines, 1 / (8 * pixels * Math.max(1, yiping.scale())));
      gl.uniform3fv(at.ground, ground);
      gl.uniform1f(at.faded, look.faded);
      gl.uniform1f(at.grey, look.grey);
      gl.uniform1f(at.opacity, look.opacity);
    }

    draw(gl, { tile, values }) {
      if (!tile.count) return;
      if (!tile.gpu || tile.gpu.owner !== this) this.upload(tile);
      gl.bindVertexArray(tile.gpu.array);
      if (tile.gpu.shown !== values) {
        gl.bindBuffer(gl.ARRAY_BUFFER, tile.gpu.values);
        gl.bufferSubData(gl.ARRAY_BUFFER, 0, sixfold(values));
        tile.gpu.shown = values;
      }
      const place = placed(this.map, tile.box);
      const wide = (place[0] * this.map.getCanvas().clientWidth) / 2 / Math.sqrt(tile.count); // about a cell's width, px
      gl.uniform4f(this.at.place, ...place);
      gl.uniform1f(this.at.shrink, wide > 10 ? Math.max(0.9, 1 - this.look.gap / wide) : 1);
      gl.drawElements(gl.TRIANGLES, FAN.length * tile.count, gl.UNSIGNED_SHORT, 0);
    }

    // The cell under a point: {tile, place, id, value}, or null.
    pick(lon, lat) {
      const [x, y] = yiping.tiles.mercator(lon, lat);
      let best = null, least = Infinity;
      for (const { tile, values } of this.drawn) {
        const [place, far] = tile.nearest(x, y);
        if (place >= 0 && far < least) [best, least] = [{ tile, place, value: values[place] }, far];
      }
      if (!best) return null;
      const [cx, cy] = best.tile.middle(best.place), [lon1, lat1] = best.tile.ring(best.place)[0];
      const corner = yiping.tiles.mercator(lon1, lat1);
      if (least > (corner[0] - cx) ** 2 + (corner[1] - cy) ** 2) return null;
      return { ...best, id: best.tile.id(best.place) };
    }
  }

  Object.assign(yiping, { cells: { CellLayer, NO_DATA, placed, program, rgb } });
})();
