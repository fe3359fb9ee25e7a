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
  /* what happened is told by the server, in the language of this browser; a second's worth at once */
  let asked = false, again = false;
  const refresh = async () => {
    if (asked) { again = true; return; }
    asked = true;
    let told = false;
    try {
      const page = await fetch("/monitor/timeline");
      if (page.ok) { timeline.innerHTML = await page.text(); told = true; }
    } catch { /* the stream says when the rig is gone */ }
    setTimeout(() => { asked = false; if (again || !told) { again = false; refresh(); } }, 300);
  };
  window.lockbenchStream({
    car: (news) => {
      if (news.event === "ended") { location.reload(); return; }
      if (news.event === "door" && news.door && news.to) show(news.door, news.to);
      refresh();
    },
    again: () => location.reload(), back: () => location.reload(),
  }, car.dataset.place);
})();
