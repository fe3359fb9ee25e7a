/* The running test: swaps the prompt as the rig goes on, draws current and lanes, beats while something may be driven. */
"use strict";
(() => {
  const BEAT_MS = 250, WINDOW_MS = 620, LANE_MS = 6000;
  const csrf = document.body.dataset.csrf;
  const now = document.getElementById("now"), chips = document.getElementById("chips");
  const operates = document.querySelector(".run").dataset.operates === "1";
  let seq = -1, asked = false, again = false, byKey = false;
  /* the second tap of a thumb meets the button of the next prompt, which nobody can have read yet */
  const READ_MS = 400;
  let shown = performance.now();
  now.addEventListener("click", (event) => {
    if (event.isTrusted && event.pointerType && performance.now() - shown < READ_MS) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  addEventListener("keydown", () => { byKey = true; }, true);
  addEventListener("pointerdown", () => { byKey = false; }, true);

  /* the prompt: rendered by the server in the language of this browser, put in place whole */
  const refresh = async () => {
    if (asked) { again = true; return; }
    asked = true;
    let told = false;
    try {
      const [page, measured] = await Promise.all([fetch("/run/now"), fetch("/run/chips")]);
      if (page.ok && measured.ok) {
        const text = await page.text();
        chips.innerHTML = await measured.text();
        now.innerHTML = text;
        shown = performance.now();
        told = true;
        const button = now.querySelector("button.big:not(.plain), a.big");
        if (button && byKey) button.focus({ preventScroll: true }); // who works by keyboard goes on with Enter
        const inner = now.firstElementChild;
        if (inner.dataset.goto) { location.assign(inner.dataset.goto); return; } // `asked` stays: a second order to leave would load the verdict twice
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
    try { await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "X-CSRF": csrf } }); } catch { /* greyed by the stream */ }
    refresh();
  });

  /* the beat: the rig stops where it is missed for a second while something is driven */
  const beating = () => now.firstElementChild && now.firstElementChild.dataset.beat === "1";
  if (operates) setInterval(() => { if (beating()) fetch("/beat", { method: "POST", headers: { "X-CSRF": csrf } }).catch(() => {}); }, BEAT_MS);

  /* the current of the last pulse */
  const place = document.getElementById("chart");
  let band = null, feed = null, times = [], amps = [], dirty = true;
  const series = () => {
    if (!band) return [times, amps, times.map(() => null), times.map(() => null)];
    const xs = [...new Set([...times, ...band.t_ms])].sort((a, b) => a - b);
    const mine = new Map(times.map((t, n) => [t, amps[n]])), low = new Map(band.t_ms.map((t, n) => [t, band.low_a[n]])), high = new Map(band.t_ms.map((t, n) => [t, band.high_a[n]]));
    const pick = (map) => xs.map((x) => (map.has(x) ? map.get(x) : undefined));
    return [xs, pick(mine), pick(low), pick(high)];
  };
  const axis = { stroke: "#4d5a66", grid: { stroke: "#edeff1", width: 1 }, ticks: { show: false }, font: "14px system-ui, sans-serif" };
  const plot = window.uPlot ? new uPlot({
    width: place.clientWidth, height: place.clientHeight, legend: { show: false }, cursor: { show: false }, padding: [8, 22, 0, 0],
    scales: { x: { time: false, range: [0, WINDOW_MS] }, y: { range: (_, least, most) => [Math.min(0, least || 0), Math.max(5, (most || 0) * 1.1)] } },
    axes: [{ ...axis, values: (_, ticks) => ticks.map((t) => `${t} ${place.dataset.ms}`) }, { ...axis, size: 44, values: (_, ticks) => ticks.map((a) => `${a} ${place.dataset.a}`) }],
    series: [{}, { stroke: "#14324f", width: 2.5, spanGaps: true, points: { show: false } }, { stroke: "#8fb4d9", width: 1, spanGaps: true, points: { show: false } }, { stroke: "#8fb4d9", width: 1, spanGaps: true, points: { show: false } }],
    bands: [{ series: [3, 2], fill: "rgb(143 180 217 / 35%)" }],
  }, series(), place) : null;
  if (plot) new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: place.clientHeight })).observe(place);

  const lanes = window.lockbenchLanes(document.querySelectorAll(".lane"), { windowMs: LANE_MS, high: 22 });
  const live = (news) => {
    if (news.feed !== undefined && news.feed !== feed) { feed = news.feed; times = []; amps = []; }
    if (feed !== null) for (const [t, a] of news.c || []) { const at = Math.round((t - feed) * 10) / 10; if (at >= -20 && at <= WINDOW_MS) { times.push(at); amps.push(a); } }
    lanes.see(news);
    dirty = true;
  };
  const paint = () => { if (dirty && plot) { plot.setData(series()); dirty = false; } requestAnimationFrame(paint); };
  requestAnimationFrame(paint);

  window.lockbenchStream({
    state: (news) => { if (news.seq !== seq) { seq = news.seq; refresh(); } },
    live, band: (news) => { band = news.band; dirty = true; }, back: refresh,
  });
  document.querySelector(".run").dataset.ready = "1";
})();
