// Points in WebGL: thousands of devices and warnings, each a shape and a colour, in one draw. A shape says what the colour says.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const SHAPES = { circle: 0, triangle: 1, diamond: 2, square: 3, ring: 4, cross: 5, plus: 6, gauge: 7, frame: 8 };
  const SIZE = 16; // bytes of a point: x, y as f32, then shape, width (px), red, green, blue, spare

  const VERTEX = `#version 300 es
    precision highp float;
    layout(location=0) in vec2 spot; layout(location=1) in vec2 kind; layout(location=2) in vec3 paint;
    uniform vec4 place; uniform float pixels;
    flat out float shape; flat out vec3 colour; flat out float wide;
    void main() {
      gl_Position = vec4(spot * place.xy + place.zw, 0.0, 1.0);
      wide = kind.y * pixels + 4.0 * pixels;
      gl_PointSize = wide;
      shape = kind.x; colour = paint;
    }`;
  const FRAGMENT = `#version 300 es
    precision highp float;
    flat in float shape; flat in vec3 colour; flat in float wide; out vec4 found;
    uniform vec3 ground; uniform float pixels;
    float inside(vec2 at) { // distance to the edge of the shape, below 0 within; the shape is about 1 wide
      vec2 a = abs(at);
      if (shape < 0.5) return length(at) - 0.48;
      if (shape < 1.5) return max(a.x * 0.866 + at.y * 0.5, -at.y) - 0.3;
      if (shape < 2.5) return (a.x + a.y) * 0.7071 - 0.39;
      if (shape < 3.5) return max(a.x, a.y) - 0.42;
      if (shape < 4.5) return abs(length(at) - 0.38) - 0.11;
      if (shape > 7.5) return abs((a.x + a.y) * 0.7071 - 0.29) - 0.1;
      if (shape > 6.5) return max(a.x * 0.866 - at.y * 0.5, at.y) - 0.3;
      vec2 r = shape > 5.5 ? at : vec2(at.x + at.y, at.x - at.y) * 0.7071;
      return min(max(abs(r.x) - 0.48, abs(r.y) - 0.12), max(abs(r.y) - 0.48, abs(r.x) - 0.12));
    }
    void main() {
      float size = wide - 4.0 * pixels;
      vec2 at = (gl_PointCoord - 0.5) * vec2(wide, -wide) / size;
      float edge = inside(at) * size, fill = clamp(0.5 - edge, 0.0, 1.0), casing = clamp(1.5 * pixels + 0.5 - edge, 0.0, 1.0) * 0.9;
      if (casing <= 0.0) discard;
      float alpha = max(fill, casing);
      found = vec4(mix(ground, colour, fill) * alpha, alpha);
    }`;

  class PointLayer {
    constructor(id) {
      Object.assign(this, { id, type: "custom", renderingMode: "2d", points: [], ground: "#0b0f14", fresh: false, array: null });
    }

    onAdd(map, gl) {
      Object.assign(this, { map, gl, program: yiping.cells.program(gl, VERTEX, FRAGMENT), array: null, fresh: false });
      this.at = Object.fromEntries(["place", "pixels", "ground"].map((name) => [name, gl.getUniformLocation(this.program, name)]));
    }

    prepare(gl) {
      Object.assign(this, { array: gl.createVertexArray(), buffer: gl.createBuffer() });
      gl.bindVertexArray(this.array);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
      [[2, gl.FLOAT, false, 0], [2, gl.UNSIGNED_BYTE, false, 8], [3, gl.UNSIGNED_BYTE, true, 10]].forEach(([size, kind, share, at], place) => {
        gl.enableVertexAttribArray(place);
        gl.vertexAttribPointer(place, size, kind, share, SIZE, at);
      });
      gl.bindVertexArray(null);
    }

    onRemove(map, gl) {
      gl.deleteVertexArray(this.array);
      gl.deleteBuffer(this.buffer);
      gl.deleteProgram(this.program);
    }

    // points: [{lon, lat, shape, colour: "#rrggbb", size: px, ...}]; what is drawn last lies on top.
    // Each knows its spot at once: a press may come before the next frame.
    show(points) {
      for (const point of points) point.spot = point.spot || yiping.tiles.mercator(point.lon, point.lat);
      const same = points.length === this.points.length && points.every((point, place) => alike(point, this.points[place]));
      this.points = points;
      if (same) return;
      this.fresh = false;
      if (this.map) this.map.triggerRepaint();
    }

    upload(gl) {
      const bytes = new DataView(new ArrayBuffer(SIZE * this.points.length)), scale = Math.max(1, yiping.scale());
      this.origin = this.points.length ? this.points[0].spot : [0, 0];
      this.points.forEach((point, place) => {
        const [x, y] = point.spot, at = SIZE * place;
        bytes.setFloat32(at, x - this.origin[0], true);
        bytes.setFloat32(at + 4, y - this.origin[1], true);
        bytes.setUint8(at + 8, SHAPES[point.shape]);
        bytes.setUint8(at + 9, Math.min(255, Math.round(point.size * scale)));
        [1, 3, 5].forEach((part, ink) => bytes.setUint8(at + 10 + ink, parseInt(point.colour.slice(part, part + 2), 16)));
      });
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.DYNAMIC_DRAW);
      this.fresh = true;
    }

    render(gl) {
      if (!this.points.length) return;
      if (!this.array) this.prepare(gl);
      if (!this.fresh) this.upload(gl);
      const pixels = this.map.getCanvas().width / this.map.getCanvas().clientWidth;
      gl.useProgram(this.program);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.disable(gl.DEPTH_TEST);
      gl.disable(gl.STENCIL_TEST);
      gl.uniform4f(this.at.place, ...yiping.cells.placed(this.map, [...this.origin, 1, 1]));
      gl.uniform1f(this.at.pixels, pixels);
      gl.uniform3fv(this.at.ground, yiping.cells.rgb(this.ground));
      gl.bindVertexArray(this.array);
      gl.drawArrays(gl.POINTS, 0, this.points.length);
      gl.bindVertexArray(null);
    }

    // The point nearest to a place of the screen (px) within `reach` px; the one drawn last wins where two are as near.
    pick(x, y, reach) {
      const world = 512 * 2 ** this.map.getZoom(), at = this.map.unproject([x, y]), [cx, cy] = yiping.tiles.mercator(at.lng, at.lat);
      let best = null, least = reach / world;
      for (const point of this.points) {
        const far = Math.hypot(point.spot[0] - cx, point.spot[1] - cy);
        if (far <= least) [best, least] = [point, far];
      }
      return best;
    }
  }

  const DRAWN = ["lon", "lat", "shape", "colour", "size"];
  const alike = (one, other) => DRAWN.every((name) => one[name] === other[name]);

  yiping.points = { PointLayer, SHAPES };
})();
