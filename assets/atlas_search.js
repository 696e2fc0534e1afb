// Search: a box and its list. Letters ask /atlas/search, arrows choose, Enter goes there, Escape leaves, / comes from anywhere.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const atlas = (yiping.atlas = yiping.atlas || { listeners: [], openers: [] });
  const PAUSE = 120; // ms without a letter before the server is asked
  let input = null, list = null, status = null, hits = [], at = -1, asking = null, pause = 0, shown = "", warmed = false;
  const { element } = yiping;
  const say = (word, values) => atlas.panel.said("search." + word, values);

  function open() {
    const place = document.getElementById("atlas-search");
    input = element("input", { type: "search", id: "atlas-search-text", placeholder: say("hint"), autocomplete: "off", spellcheck: false, maxLength: 100, enterKeyHint: "search" });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-label": say("label"), "aria-expanded": "false", "aria-controls": "atlas-search-hits", "aria-autocomplete": "list" })) input.setAttribute(name, value);
    list = element("ul", { id: "atlas-search-hits", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", say("label"));
    status = element("p", "atlas-search-status");
    status.setAttribute("role", "status");
    place.replaceChildren(input, list, status);
    input.addEventListener("input", typed);
    input.addEventListener("keydown", key);
    input.addEventListener("focus", () => { warm(); if (hits.length) show(true); });
    place.addEventListener("focusout", (event) => place.contains(event.relatedTarget) || show(false));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => choose(hits[Number((event.target.closest("[data-hit]") || { dataset: {} }).dataset.hit)]));
    [hits, at, shown] = [[], -1, ""];
  }

  // Names are prepared by the first question: an empty one, once.
  function warm() {
    if (!warmed) fetch("/atlas/search").catch(() => {});
    warmed = true;
  }

  function typed() {
    clearTimeout(pause);
    pause = setTimeout(find, PAUSE);
  }

  async function find() {
    const text = input.value.trim();
    if (text === shown) return;
    if (asking) asking.abort();
    if (!text) return void told("", []);
    const mine = (asking = new AbortController());
    try {
      const query = new URLSearchParams({ q: text, lang: atlas.view.lang, ...(atlas.view.at ? { at: atlas.view.at } : {}) });
      const response = await fetch("/atlas/search?" + query, { signal: mine.signal });
      if (!response.ok) throw new Error(response.status);
      told(text, (await response.json()).hits);
    } catch (error) {
      if (mine.signal.aborted) return;
      told(text, []);
      status.textContent = say("failed", { why: error.message });
    }
  }

  function told(text, found) {
    [shown, hits, at] = [text, found, found.length ? 0 : -1];
    list.replaceChildren(...found.map(row));
    status.textContent = text ? (found.length ? say("count", { n: found.length }) : say("none", { text })) : "";
    status.classList.toggle("empty", Boolean(text) && !found.length);
    show(found.length > 0);
  }

  function row(hit, place) {
    const item = element("li", { id: "atlas-hit-" + place }, element("b", "", hit.name), element("small", "", hit.kind_name + (hit.detail ? " · " + hit.detail : "")));
    item.setAttribute("role", "option");
    item.dataset.hit = place; // not `data-at`: assets/clock.js writes ages into that
    return item;
  }

  function show(yes) {
    list.hidden = !yes;
    input.setAttribute("aria-expanded", String(yes));
    mark();
  }

  function mark() {
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    if (at >= 0 && !list.hidden) {
      input.setAttribute("aria-activedescendant", "atlas-hit-" + at);
      list.children[at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function key(event) {
    if (event.isComposing) return; // letters of an input method that are not chosen yet
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      at = (at + step + hits.length) % hits.length;
      show(true);
    } else if (event.key === "Enter") {
      clearTimeout(pause);
      if (input.value.trim() === shown) choose(hits[at]);
      else find().then(() => choose(hits[at]));
    } else if (event.key === "Escape") {
      if (list.hidden && !input.value) return leave(event);
      if (list.hidden) input.value = "";
      find();
      show(false);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function leave(event) {
    event.stopPropagation();
    document.getElementById("atlas-map").focus();
  }

  function choose(hit) {
    if (!hit) return;
    show(false);
    atlas.go({ place: hit.place, eye: hit.eye });
    if (hit.eye && atlas.map && atlas.map.map) requestAnimationFrame(() => atlas.map.where.look([hit.eye[1], hit.eye[0]], hit.eye[2], 0)); // the panel is open by then
    input.blur();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || !input || !input.isConnected || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(input|textarea|select)$/i.test(event.target.tagName) || event.target.isContentEditable) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  atlas.openers.push(open);
})();
