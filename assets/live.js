// One stream of server-sent events a page; each message's properties go to Dash, its map part to map.js.
// The page knows by itself when the server is silent: a frozen picture must not look alive.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const SILENT = 15000; // ms without a message: 连接中断
  const DEAD = 30000; // ms without a message while the server answers: reload
  const RETRY = 2000; // ms before a refused stream is opened again
  const NIGHT = 4; // o'clock in the city: a soft reload, spread over an hour so that not all screens come at once

  let source = null, root = null, boot = null, heard = Date.now(), offset = 0, asked = 0;
  const born = Date.now(), jitter = Math.floor(Math.random() * 60);
  const waiting = new Map(); // component id -> properties that came before the component did, or too soon

  yiping.present = () => Date.now() + offset; // the server's clock: a kiosk's own may be wrong
  yiping.now = () => (yiping.past && yiping.past.shown()) ?? yiping.present(); // the moment that the page shows
  yiping.root = () => root;
  yiping.lost = () => Date.now() - heard > SILENT;
  yiping.heard = () => heard + offset;
  yiping.stats = { messages: 0, bytes: 0, opened: 0 };

  // What makes the page ask (data-asks) waits for the answers: Dash drops those of a question that was asked again, so
  // where they take longer than a beat none would ever be shown.
  function ready(id) {
    const element = document.getElementById(id);
    return element && !("asks" in element.dataset && root && root.querySelector("[data-dash-is-loading]"));
  }

  function hand(id, props) {
    waiting.set(id, { ...waiting.get(id), ...props });
    give(id);
  }

  function give(id) {
    if (!ready(id)) return;
    const props = waiting.get(id);
    waiting.delete(id);
    window.dash_clientside.set_props(id, props);
  }

  const retry = () => [...waiting.keys()].forEach(give);

  // A message of the push, or of a past moment (past.js), which has the same form.
  yiping.hear = (message, size) => {
    if (boot && message.boot !== boot) return location.reload(); // the server is another one now
    boot = message.boot;
    heard = Date.now();
    offset = message.at - heard;
    yiping.stats.messages += 1;
    yiping.stats.bytes += size;
    for (const [id, props] of Object.entries(message.props || {})) hand(id, props);
    if (message.map && yiping.map) yiping.map.show(message.map);
    if (yiping.tick) requestAnimationFrame(yiping.tick);
  };
  yiping.alive = () => (heard = Date.now());

  function address() {
    const scene = new URLSearchParams(location.search).get("scene");
    return root.dataset.live + (scene ? "&scene=" + encodeURIComponent(scene) : "");
  }

  function close() {
    if (source) source.close();
    source = null;
  }

  yiping.silence = close;
  yiping.reopen = () => {
    close();
    if (!root || !root.dataset.live) return;
    if (yiping.past && yiping.past.begin()) return yiping.past.again();
    yiping.stats.opened += 1;
    source = new EventSource(address());
    source.onmessage = (event) => yiping.hear(JSON.parse(event.data), event.data.length);
    source.onerror = () => {
      if (source && source.readyState === EventSource.CLOSED) setTimeout(() => source && source.readyState === 2 && yiping.reopen(), RETRY);
    };
  };

  // A page is opened when its root stands in the document, and again when React put another in its place.
  function find() {
    const found = document.querySelector("[data-live]");
    if (found !== root && window.dash_clientside && window.dash_clientside.set_props) {
      root = found;
      waiting.clear();
      heard = Date.now();
      if (root) {
        if (root.dataset.title) document.title = root.dataset.title;
        yiping.reopen();
      } else close();
    }
    retry();
  }

  async function reload(reason) {
    if (Date.now() - asked < 10000) return;
    asked = Date.now();
    try {
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (answer.ok) location.reload();
    } catch {
      console.info("yiping: " + reason + ", and no answer yet");
    }
  }

  // A replay that nobody looks at asks nothing (past.js): that silence is our own.
  function rest() {
    if (yiping.past && yiping.past.on()) heard = Date.now();
  }

  function watch() {
    if (!root) return;
    if (document.hidden) rest();
    document.documentElement.classList.toggle("lost", yiping.lost());
    if (Date.now() - heard > DEAD) reload("silent");
    const zone = root.dataset.zone;
    if (zone && Date.now() - born > 2 * 3600e3) {
      const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(yiping.present());
      const [hour, minute] = time.split(":").map(Number);
      if (hour === NIGHT && minute >= jitter) reload("night");
    }
  }

  document.addEventListener("visibilitychange", rest);
  setInterval(find, 150);
  setInterval(watch, 1000);
})();
