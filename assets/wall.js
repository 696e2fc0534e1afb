// The wall's own hands: scene tabs, and the scale of what is not drawn in rem.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});

  yiping.scale = () => Math.min(innerWidth / 120, innerHeight / (67.5 + (document.documentElement.classList.contains("past-tall") ? 6.5 : 0))) / 16; // as in past.css

  function scale() {
    document.documentElement.style.setProperty("--scale", yiping.scale().toFixed(4));
  }

  // A scene stands in the address, so that a kiosk can be started with one; pressed again, the tab lets go.
  function choose(scene) {
    const url = new URL(location.href);
    if (!scene || url.searchParams.get("scene") === scene) url.searchParams.delete("scene");
    else url.searchParams.set("scene", scene);
    history.replaceState(history.state, "", url);
    yiping.reopen();
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("button[data-scene]");
    if (tab) choose(tab.dataset.scene);
    else if (event.target.closest("#rotation.pinned")) choose("");
  });

  addEventListener("resize", scale);
  document.addEventListener("yiping:past", scale);
  scale();
})();

// On paper the wall is what the screen shows, made smaller as a whole: laid out for the paper's own size its map would be cut off, because a
// map is drawn for the pixels that it has. Chromium scales a page of this size to whatever paper was chosen, upright or not.
(() => {
  const sheet = document.createElement("style");
  addEventListener("beforeprint", () => {
    if (!document.querySelector(".wall")) return;
    sheet.textContent = `@page { size: ${innerWidth}px ${innerHeight}px; margin: 0 }`;
    document.head.append(sheet);
  });
  addEventListener("afterprint", () => sheet.remove());
})();
