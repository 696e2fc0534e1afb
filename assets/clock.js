// Everything that ticks: clock, ages (data-at), time left (data-until), and the banner of a lost connection.
(() => {
  "use strict";
  const yiping = (window.yiping = window.yiping || {});
  let words = {}, wordsOf = null;
  const formats = new Map();

  const text = (key, values) => yiping.fill(words[key] || "", values);

  function format(locale, options) {
    const key = locale + JSON.stringify(options);
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
    return formats.get(key);
  }

  yiping.age = (ms) => {
    const seconds = Math.floor(ms / 1000);
    if (seconds < 1) return text("age.now");
    if (seconds < 60) return text("age.seconds", { n: seconds });
    if (seconds < 3600) return text("age.minutes", { n: Math.floor(seconds / 60) });
    if (seconds < 172800) return text("age.hours", { n: Math.floor(seconds / 3600) });
    return text("age.days", { n: Math.floor(seconds / 86400) });
  };

  yiping.word = (key, values) => text(key, values);

  function put(element, value) {
    if (element && element.textContent !== value) element.textContent = value;
  }

  function left(ms) {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    return String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
  }

  function clock(now, zone, locale) {
    const time = format("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(now).split(":");
    put(document.getElementById("clock"), time[0] + ":" + time[1]);
    put(document.getElementById("seconds"), time[2]);
    const day = format(locale, { timeZone: zone, month: locale === "zh-CN" ? "long" : "short", day: "numeric" }).format(now);
    put(document.getElementById("date"), day + " " + format(locale, { timeZone: zone, weekday: "short" }).format(now));
    return time.join(":");
  }

  function banner(zone) {
    let bar = document.getElementById("lost");
    if (!yiping.lost() && !bar) return;
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "lost";
      bar.setAttribute("role", "alert");
      bar.append(document.createElement("b"), document.createElement("span"));
      document.body.append(bar);
    }
    const at = format("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(yiping.heard());
    put(bar.children[0], text("lost.title"));
    put(bar.children[1], text("lost.text", { clock: at }));
  }

  yiping.tick = () => {
    const root = yiping.root && yiping.root();
    if (!root || !root.dataset.words) return;
    if (wordsOf !== root) [wordsOf, words] = [root, JSON.parse(root.dataset.words)];
    const now = yiping.now(), zone = root.dataset.zone;
    clock(yiping.present(), zone, text("clock.locale") || "zh-CN"); // the clock on the wall is always that of now
    for (const element of document.querySelectorAll("[data-at]")) {
      const at = element.dataset.at;
      put(element, at ? yiping.age(Math.max(0, now - Number(at))) : text("age.never"));
    }
    for (const element of document.querySelectorAll("[data-until]")) {
      const until = element.dataset.until;
      put(element, until ? text("map.back", { clock: left(Number(until) - now) }) : "");
    }
    banner(zone);
  };

  setInterval(yiping.tick, 1000);
})();
