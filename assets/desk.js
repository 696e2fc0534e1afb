// The desk's small comforts: durations that count by themselves, and keys: walk the list, act, go back.
(() => {
  "use strict";

  function lasted(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const minutes = Math.floor(seconds / 60), hours = Math.floor(seconds / 3600), days = Math.floor(seconds / 86400);
    if (days) return ["lasted.days", { d: days, h: hours % 24 }];
    if (hours) return ["lasted.hours", { h: hours, m: minutes % 60 }];
    return minutes ? ["lasted.minutes", { n: minutes }] : ["lasted.seconds", { n: seconds }];
  }

  function tick() {
    if (!window.yiping || !window.yiping.word) return;
    for (const element of document.querySelectorAll("[data-since]")) {
      const text = window.yiping.word(...lasted(window.yiping.now() - Number(element.dataset.since)));
      if (text && element.textContent !== text) element.textContent = text;
    }
  }

  const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

  function typing(target) {
    return /^(input|textarea|select)$/i.test(target.tagName || "");
  }

  function rows() {
    return [...document.querySelectorAll("#desk-list .desk-item > a")];
  }

  function chosen(links) {
    return links.findIndex((link) => link.parentElement.classList.contains("chosen"));
  }

  function go(link) {
    link.focus();
    link.scrollIntoView({ block: "nearest" });
  }

  function walk(step) {
    const links = rows();
    const focused = links.indexOf(document.activeElement), here = focused >= 0 ? focused : chosen(links);
    const next = links[here + (here < 0 ? 1 : step)];
    if (next) go(next);
    return Boolean(next);
  }

  // To the officer's name when nobody said it, else to the first button that can be pressed.
  function act() {
    const name = document.getElementById("desk-actor"), panel = document.getElementById("desk-detail");
    if (!panel || panel.hidden || !name) return false;
    const button = document.querySelector("#desk-form button:enabled");
    (name.value ? button || name : name).focus();
    return true;
  }

  // Out of the form to the row that is open; from there the alert is closed, and its row keeps the focus.
  function leave() {
    const links = rows(), row = links[chosen(links)], inside = document.activeElement.closest && document.activeElement.closest(".desk-right");
    if (inside && row && row.offsetParent) return go(row), true;
    const back = document.getElementById("desk-back");
    if (!row || !back) return false;
    back.click();
    go(row);
    return true;
  }

  function press(event) {
    if (!document.getElementById("desk-list") || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = STEPS[event.key];
    const done = event.key === "Escape" ? leave() : typing(event.target) ? false : step ? walk(step) : event.key === "ArrowRight" && act();
    if (done) event.preventDefault();
  }

  // An update may put a new row in the place of the one that has the focus: the new one gets it, or the keys would be lost.
  let held = null;
  const hold = (event) => { held = event.target.matches && event.target.matches("#desk-list .desk-item > a") ? event.target.getAttribute("href") : null; };
  function keep() {
    if (!held || document.activeElement !== document.body) return;
    const row = rows().find((link) => link.getAttribute("href") === held);
    if (row) row.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", hold);
  document.addEventListener("pointerdown", () => { held = null; });
  new MutationObserver(keep).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener("keydown", press);
  setInterval(tick, 1000);
})();
