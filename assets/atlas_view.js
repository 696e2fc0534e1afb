// The view of the map is its address. `yiping.atlas.view` holds it, `yiping.atlas.go({...})` changes it, the event `yiping:view` tells.
// The server mends what a typed address says wrong (dashboard/atlas/view.py); here only right views are written.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  const PARTS = ["layer", "place", "at", "eye", "lang", "look"];
  let root = null;

  function address(view) {
    const plain = (text) => encodeURIComponent(text).replaceAll("%3A", ":"), parts = ["layer=" + plain(view.layer)];
    if (view.place !== "city") parts.push("place=" + plain(view.place));
    if (view.at) parts.push("at=" + view.at + (yiping.past ? yiping.past.tail(view.at) : ""));
    if (view.eye) parts.push("eye=" + view.eye[0].toFixed(5) + "," + view.eye[1].toFixed(5) + "," + view.eye[2].toFixed(2));
    parts.push("lang=" + view.lang);
    if (view.look !== "dark") parts.push("look=" + view.look);
    return "/map?" + parts.join("&");
  }

  function same(one, other, part) {
    return JSON.stringify(one[part] ?? null) === JSON.stringify(other[part] ?? null);
  }

  function tell(view, before, moved) {
    const changed = PARTS.filter((part) => !same(view, before, part));
    if (document.getElementById("atlas-view")) window.dash_clientside.set_props("atlas-view", { data: view });
    document.dispatchEvent(new CustomEvent("yiping:view", { detail: view }));
    for (const listen of atlas.listeners) listen(view, changed, moved);
  }

  // Merges a change into the view. Where one stands is written over the last entry of the history; all else is a new entry.
  function go(change, options = {}) {
    const before = atlas.view, view = { ...before, ...change };
    const changed = PARTS.filter((part) => !same(view, before, part));
    if (!changed.length) return;
    atlas.view = view;
    const step = options.replace || changed.every((part) => part === "eye") ? "replaceState" : "pushState";
    history[step]({ ...(step === "replaceState" ? history.state : {}), atlas: view }, "", address(view));
    tell(view, before, "eye" in change && change.eye !== null && !options.silent);
  }

  addEventListener("popstate", (event) => {
    const view = event.state && event.state.atlas, before = atlas.view;
    if (!root || !view || location.pathname !== "/map") return;
    if (view.lang !== before.lang) return location.reload();
    atlas.view = view;
    tell(view, before, true);
  });

  // A layer; one of a metric may be looked at in several ways, each with a scale of its own: `pm25.max.1440`.
  function layer(key) {
    const plain = atlas.setup.layers[key.split(".")[0]];
    return key.includes(".") ? { ...plain, ...plain.ways[key] } : plain;
  }

  const atlas = (yiping.atlas = Object.assign(yiping.atlas || { listeners: [], openers: [] }, { view: null, setup: null, go, address, layer }));

  // Pieces of the page start when its root stands in the document: each adds an opener(root, setup, view).
  function find() {
    const found = document.querySelector("#atlas[data-setup]");
    if (found === root || (found && !document.getElementById("atlas-map"))) return;
    root = found;
    atlas.listeners.length = 0;
    if (!root) return;
    atlas.setup = JSON.parse(root.dataset.setup);
    atlas.view = history.state && history.state.atlas && address(history.state.atlas) === location.pathname + location.search
      ? history.state.atlas : atlas.setup.view;
    history.replaceState({ ...history.state, atlas: atlas.view }, "", address(atlas.view));
    for (const open of atlas.openers) open(root, atlas.setup, atlas.view);
    tell(atlas.view, {}, true);
  }

  setInterval(find, 100);
})();
