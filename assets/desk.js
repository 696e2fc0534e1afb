// The desk's small comforts: durations that count by themselves, and arrow keys that walk the list.
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

  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const list = document.getElementById("desk-list");
    if (!step || !list || !event.target.closest || /^(input|textarea|select)$/i.test(event.target.tagName)) return;
    const links = [...list.querySelectorAll("a")];
    const here = links.findIndex((link) => link === document.activeElement || link.parentElement.classList.contains("chosen"));
    const focused = links.indexOf(document.activeElement);
    const next = links[(focused >= 0 ? focused : here) + (focused < 0 && here < 0 ? 1 : step)];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", walk);
  setInterval(tick, 1000);
})();
