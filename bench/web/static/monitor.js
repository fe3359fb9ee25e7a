/* The car's page: doors open and shut as the monitor hears them. */
"use strict";
(() => {
  const car = document.getElementById("car"), words = JSON.parse(car.dataset.words), timeline = document.getElementById("timeline");
  const show = (door, state) => {
    for (const part of car.querySelectorAll(`g[data-door="${CSS.escape(door)}"]`)) part.classList.toggle("is-open", state === "open");
    const chip = car.querySelector(`li[data-door="${CSS.escape(door)}"]`);
    if (chip) { chip.querySelector("b").textContent = words[state] || state; chip.classList.toggle("bad", state === "open"); }
  };
  for (const chip of car.querySelectorAll("li[data-state]")) show(chip.dataset.door, chip.dataset.state);
  window.lockbenchStream({
    car: (news) => {
      if (news.event === "ended") { location.reload(); return; }
      if (news.event === "door" && news.door && news.to) show(news.door, news.to);
      const row = document.createElement("li"), at = document.createElement("time"), text = document.createElement("span");
      row.className = /^[a-z_]+$/.test(news.event) ? news.event : ""; at.textContent = `${news.t} s`; text.textContent = news.text;
      row.append(at, text); timeline.prepend(row);
      while (timeline.children.length > 200) timeline.lastElementChild.remove();
    },
  });
})();
