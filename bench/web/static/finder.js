/* The wire finder: beeps at each dropout, marks it on its lane. A browser gives sound only after a touch, so the first one opens it. */
"use strict";
(() => {
  const BEEP_S = 0.16, BEEP_HZ = 1760, GAP_S = 0.2;
  const csrf = document.body.dataset.csrf, now = document.getElementById("now"), sound = document.getElementById("sound");
  const lanes = window.lockbenchLanes(document.querySelectorAll(".lane"), { windowMs: 12000, high: 34 });
  let seq = -1, heard = null, asked = false, again = false, audio = null, muted = false, next = 0, byKey = false;

  const words = () => {
    const open = audio && audio.state === "running";
    sound.textContent = muted ? sound.dataset.off : open ? sound.dataset.on : sound.dataset.touch;
    sound.setAttribute("aria-pressed", muted ? "false" : "true");
  };
  const open = () => {
    if (!window.AudioContext) return;
    audio ||= new AudioContext();
    if (audio.state === "suspended") audio.resume().then(words, () => {});
    words();
  };
  const beep = (times) => {
    if (muted || !audio || audio.state !== "running") return;
    for (let n = 0; n < Math.min(times, 4); n += 1) {
      const at = Math.max(audio.currentTime, next), tone = audio.createOscillator(), loud = audio.createGain();
      if (at - audio.currentTime > 0.6) return; // a shower of dropouts is one long alarm, not a queue of old ones
      next = at + GAP_S;
      tone.type = "square"; tone.frequency.value = BEEP_HZ;
      loud.gain.setValueAtTime(0.25, at); loud.gain.exponentialRampToValueAtTime(0.001, at + BEEP_S);
      tone.connect(loud).connect(audio.destination); tone.start(at); tone.stop(at + BEEP_S);
    }
    if (navigator.vibrate) navigator.vibrate(60);
  };
  let first = false; // the touch that opens the sound does not also switch it off
  const touch = () => { first = !audio || audio.state !== "running"; open(); };
  addEventListener("pointerdown", () => { byKey = false; touch(); }, true); addEventListener("keydown", () => { byKey = true; touch(); }, true);
  sound.addEventListener("click", () => { if (!first) muted = !muted; words(); beep(1); });

  const placeMarks = () => {
    const byLine = {};
    for (const one of now.querySelectorAll("#marks li")) (byLine[one.dataset.line] ||= []).push(Number(one.dataset.t) * 1000);
    lanes.mark(byLine);
  };
  const refresh = async () => {
    if (asked) { again = true; return; }
    asked = true;
    let told = false;
    try {
      const page = await fetch("/finder/now");
      if (page.ok) {
        const text = await page.text();
        if (text !== now.dataset.text) {
          const had = now.contains(document.activeElement) || document.activeElement === document.body;
          now.innerHTML = text; now.dataset.text = text; placeMarks();
          const button = now.querySelector("button.big:not(.plain), a.big");
          if (had && byKey && button) button.focus({ preventScroll: true }); // who works by keyboard goes on with Enter
        }
        told = true;
      }
    } catch { /* the stream says when the rig is gone */ }
    asked = false;
    if (again) { again = false; refresh(); } else if (!told) setTimeout(refresh, 500);
  };
  now.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target, body = new URLSearchParams(new FormData(form));
    if (event.submitter && event.submitter.name) body.set(event.submitter.name, event.submitter.value);
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    if (body.get("do") === "start") { lanes.clear(); open(); beep(1); } // the beep tells that there is sound
    try { await fetch("/finder", { method: "POST", body, headers: { "X-CSRF": csrf } }); } catch { /* greyed by the stream */ }
    delete now.dataset.text;
    refresh();
  });
  words(); placeMarks();
  window.lockbenchStream({
    state: (news) => {
      if (heard !== null && news.phase === "finder" && news.heard > heard) beep(news.heard - heard);
      heard = news.heard;
      if (news.seq !== seq) { seq = news.seq; refresh(); }
    },
    live: (news) => lanes.see(news), back: refresh,
  });
  document.querySelector(".finder").dataset.ready = "1";
})();
