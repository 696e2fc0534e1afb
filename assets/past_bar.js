// The bar of a replay: which moment is shown, a slider over a span of time with marks where warnings changed, play, and the way back.
// The screen in the past says so by it: words, a colour that nothing else has, a frame around all (past.css).
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const SVG = "http://www.w3.org/2000/svg";
  const STEPS = 240, AGAIN = 30000; // marks asked for at once; ms until they are asked for again
  const LEVELS = ["none", "blue", "yellow", "orange", "red"];
  let host = null, bar = null, words = {}, parts = {}, span = "6h", reach = null, dragging = false, marked = { key: "", at: 0 };
  const formats = {};

  const { element } = yiping;
  const fill = (key, values) => yiping.fill(words[key] || "", values);
  const past = () => yiping.past;

  function button(className, text, act, name) {
    const made = element("button", { className, type: "button", onclick: act }, text);
    if (name) made.setAttribute("aria-label", name);
    return made;
  }

  // --- times ----------------------------------------------------------------------------------------------------
  function parted(ms, zone) {
    formats[zone] = formats[zone] || new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    return Object.fromEntries(formats[zone].formatToParts(ms).map(({ type, value }) => [type, value]));
  }

  function full(ms, zone) {
    const { year, month, day, hour, minute, second } = parted(ms, zone);
    return [year + "-" + month + "-" + day, hour + ":" + minute, second === "00" ? "" : ":" + second];
  }

  const clock = (ms, zone) => full(ms, zone).slice(1).join("");
  const brief = (ms, zone) => full(ms, zone)[0].slice(5) + " " + full(ms, zone)[1];

  // --- building -------------------------------------------------------------------------------------------------
  function build(found) {
    host = found;
    words = JSON.parse(host.dataset.words);
    const paces = host.dataset.paces.split(",").map(Number);
    parts = {
      tag: element("b", "past-tag", words.tag), day: element("span", "past-day"), time: element("b", "past-time"), second: element("small", "past-second"),
      how: element("span", "past-how"), not: element("b", "past-not", words.not), note: element("span", "past-note"), said: element("span", "past-said"),
      marks: document.createElementNS(SVG, "svg"), slider: element("input", "past-slider"), from: element("span"), until: element("span"),
      spans: element("select", "past-spans"), play: button("past-play", "", toggle), home: element("span", "past-home"),
      back: button("past-back", words.back, () => past().open(false)),
      paces: paces.map((pace) => button("past-pace", "×" + pace, () => choose(pace), fill("pace", { n: pace }))),
      none: element("div", "past-none"),
    };
    Object.assign(parts.slider, { type: "range", min: 0, max: 1000, step: 1, value: 1000 });
    parts.slider.setAttribute("aria-label", words.slider);
    parts.slider.addEventListener("input", () => slid(false));
    parts.slider.addEventListener("change", () => slid(true));
    parts.marks.setAttribute("viewBox", "0 0 " + STEPS + " 20");
    parts.marks.setAttribute("preserveAspectRatio", "none");
    parts.marks.setAttribute("role", "img");
    parts.marks.setAttribute("aria-label", words.marks);
    parts.marks.append(document.createElementNS(SVG, "title"));
    parts.marks.firstChild.textContent = words.marks;
    parts.spans.append(...Object.keys(yiping.pastClock.LENGTHS).map((key) => Object.assign(element("option", "", words["span." + key]), { value: key })));
    parts.spans.setAttribute("aria-label", words["span.label"]);
    parts.spans.addEventListener("change", () => { span = parts.spans.value; marked.key = ""; past().open(true); });
    parts.said.setAttribute("role", "status");
    parts.none.setAttribute("role", "alert");
    parts.none.hidden = true;
    bar = element("div", "past-bar",
      element("div", "past-what", parts.tag, element("span", "past-clock", parts.day, " ", parts.time, parts.second), parts.how, parts.not, parts.note, parts.said),
      element("div", "past-reel", parts.marks, parts.slider, element("div", "past-ends", parts.from, parts.until)),
      element("div", "past-hands", parts.spans, button("past-step", "‹", () => stepped(-1), words.earlier), parts.play, button("past-step", "›", () => stepped(1), words.later), ...parts.paces),
      element("div", "past-ways", parts.back, parts.home));
    (document.getElementById("atlas-time") || host).replaceChildren(bar);
    document.body.append(parts.none);
  }

  // --- hands ----------------------------------------------------------------------------------------------------
  function choose(pace) {
    const { clock: known } = past().state();
    if (known) past().play(pace);
  }

  let chosen = 60;
  function toggle() {
    const { clock: known } = past().state();
    if (known && known.pace) return past().pause();
    if (!known) past().go(Math.max(bounds()[0], yiping.present() - Math.min(3600e3, bounds()[1] - bounds()[0])));
    past().play(chosen);
  }

  function bounds() {
    const now = yiping.present(), length = yiping.pastClock.LENGTHS[span], first = reach === null ? now - 6 * 3600e3 : reach;
    return [length === Infinity ? Math.min(first, now - 60e3) : now - length, now];
  }

  function stepped(count) {
    const [from, until] = bounds(), step = yiping.pastClock.step(until - from), at = past().state().here;
    past().go(Math.max(from, (count > 0 ? Math.floor(at / step) + count : Math.ceil(at / step) + count) * step));
  }

  let sliding = 0;
  function slid(end) {
    const [from, until] = bounds(), at = from + ((until - from) * parts.slider.value) / 1000;
    dragging = !end;
    clearTimeout(sliding);
    sliding = setTimeout(() => past().go(Number(parts.slider.value) >= 1000 ? until : at), end ? 0 : 150);
    label(at);
  }

  function label(at) {
    parts.slider.setAttribute("aria-valuetext", full(at, past().state().root.dataset.zone).join(" "));
  }

  const typing = (target) => /^(input|textarea|select)$/i.test(target.tagName || "") && target !== parts.slider;

  // h opens and goes back; in the bar (on the wall: anywhere) arrows step, with shift ten steps, and the space bar plays.
  function press(event) {
    if (!bar || !host || !host.isConnected || event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const { screen, clock: known, opened } = past().state();
    if (event.key === "h" && !event.defaultPrevented) return done(event, () => open(!(known || opened)));
    if (!(known || opened) || !(bar.contains(event.target) || screen === "wall")) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (step) return done(event, () => stepped(event.shiftKey ? step * 10 : step));
    if (event.key === " " && !/^button$/i.test(event.target.tagName)) done(event, toggle);
  }

  function done(event, act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  function open(on) {
    past().open(on);
    if (on && past().state().screen !== "wall") parts.slider.focus();
  }

  // --- what is seen -----------------------------------------------------------------------------------------------
  const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };

  function show(api) {
    const found = document.getElementById("past"), state = api.state();
    if (!found || !state.root) return;
    if (found !== host || !bar.isConnected) build(found);
    const opener = document.getElementById("past-open"), wide = document.documentElement.classList.contains("past-open");
    if (opener) opener.setAttribute("aria-expanded", String(wide));
    mark();
    bar.hidden = !wide;
    cover(state, wide);
    if (wide) bars(state);
    else if (document.title.startsWith(words.tag)) document.title = state.root.dataset.title || "";
  }

  // The clock of now stands beside, and says what it is.
  function mark() {
    const place = document.getElementById("clock");
    if (place && place.parentElement.dataset.now !== words.present) place.parentElement.dataset.now = words.present;
  }

  function bars(state) {
    const zone = state.root.dataset.zone, at = state.seen, known = state.clock;
    if (known && known.pace) chosen = known.pace;
    const [day, time, second] = full(at, zone);
    put(parts.tag, known ? words.tag : words.present);
    put(parts.day, day);
    put(parts.time, time);
    put(parts.second, known && second ? second : "");
    put(parts.how, known ? (known.pace ? "×" + known.pace : words.still) : "");
    put(parts.note, note(state, zone));
    put(parts.said, known && !known.pace && state.frame ? words.tag + " " + day + " " + time : "");
    put(parts.back, known ? words.back : words.close);
    put(parts.play, known && known.pace ? "❚❚" : "▶");
    parts.play.setAttribute("aria-label", known && known.pace ? words.pause : words.play);
    for (const one of parts.paces) one.setAttribute("aria-pressed", String(Boolean(known && one.textContent === "×" + known.pace)));
    const left = past().left();
    put(parts.home, left !== null && left < 60000 ? fill("home", { n: Math.ceil(left / 1000) }) : "");
    bar.classList.toggle("waiting", state.waiting);
    reel(at, zone);
    document.title = (known ? words.tag + " " + day + " " + time + " · " : "") + (state.root.dataset.title || "");
  }

  function note({ trouble, frame, clock: known }, zone) {
    if (!known) return "";
    const at = frame ? clock(frame.moment, zone) : "—";
    if (trouble) return fill(trouble === "crowded" ? "crowded" : "frozen", { clock: at });
    const lacking = frame && frame.lacks ? frame.lacks.split(",").map((part) => words["part." + part]) : [];
    return lacking.length ? fill("lacks", { parts: lacking.join("、") }) : frame ? "" : words.waiting;
  }

  function reel(at, zone) {
    const wanted = yiping.pastClock.spanOf(at, yiping.present());
    const order = Object.keys(yiping.pastClock.LENGTHS);
    if (order.indexOf(wanted) > order.indexOf(span)) span = wanted;
    if (parts.spans.value !== span) parts.spans.value = span;
    const [from, until] = bounds();
    if (!dragging) {
      const value = String(Math.round((1000 * (at - from)) / (until - from)));
      if (parts.slider.value !== value) parts.slider.value = value;
      label(at);
    }
    parts.slider.style.setProperty("--at", (parts.slider.value / 10).toFixed(1) + "%");
    put(parts.from, brief(from, zone));
    put(parts.until, words.present);
    fetchMarks(from, until);
  }

  async function fetchMarks(from, until) {
    const key = span + Math.floor(until / AGAIN);
    if (marked.key === key || Date.now() - marked.at < 1000) return;
    marked = { key, at: Date.now() };
    try {
      const answer = await fetch("/past/span?since=" + Math.round(from) + "&until=" + Math.round(until) + "&steps=" + STEPS);
      if (!answer.ok) return;
      const found = await answer.json();
      reach = found.earliest;
      draw(found, from, until);
    } catch {
      marked.key = ""; // asked again in a second
    }
  }

  // Each step of the span with a change of a warning: a line, the higher the more, in the colour of the worst level.
  function draw({ marks, earliest }, from, until) {
    const most = Math.max(1, ...marks.map(([, changes]) => changes));
    const lines = marks.map(([step, changes, worst]) => rect(step, 4 + 16 * Math.sqrt(changes / most), 1, LEVELS[worst]));
    const before = earliest === null ? STEPS : (STEPS * (earliest - from)) / (until - from);
    if (before > 0) lines.unshift(rect(0, 20, Math.min(STEPS, before), "unkept"));
    parts.marks.replaceChildren(parts.marks.firstChild, ...lines);
  }

  function rect(x, height, width, level) {
    const made = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x, y: 20 - height, width, height, class: "past-mark " + level })) made.setAttribute(name, value);
    return made;
  }

  // A moment of which nothing is kept is no calm city: what is on the screen is covered.
  function cover({ frame, clock: known, root }, wide) {
    const none = wide && known && frame && frame.none;
    parts.none.hidden = !none;
    if (!none) return void (parts.none.dataset.said = "");
    const zone = root.dataset.zone, said = frame.moment + frame.none, whole = (ms) => full(Number(ms), zone)[0] + " " + clock(Number(ms), zone);
    if (parts.none.dataset.said === said) return;
    parts.none.dataset.said = said;
    const title = element("h2", "", frame.none === "never" ? words.none_ever : fill("none", { at: whole(frame.moment) }));
    const rest = frame.none === "never" ? [] : [element("p", "", fill("first", { at: whole(frame.none) })), button("", words.to_first, () => past().go(Math.ceil(Number(frame.none) / 60e3) * 60e3))];
    parts.none.replaceChildren(title, ...rest, button("past-back", words.back, () => past().open(false)));
  }

  document.addEventListener("keydown", press, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("#past-open")) open(!document.documentElement.classList.contains("past-open"));
  });

  yiping.pastBar = { show, full };
})();
