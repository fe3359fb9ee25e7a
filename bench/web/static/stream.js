/* The event stream of the rig: calls back for each kind of news, greys the page where nothing comes any more. `place`: what the page
   was rendered with; whatever came after it is told, however late the stream is opened. */
"use strict";
window.lockbenchStream = (listeners, place = "") => {
  const QUIET_MS = 3000;
  const lost = document.getElementById("lost");
  let heard = performance.now();
  const alive = () => {
    heard = performance.now();
    if (!lost.hidden) { lost.hidden = true; document.body.classList.remove("lost"); if (listeners.back) listeners.back(); }
  };
  const gone = () => { lost.hidden = false; document.body.classList.add("lost"); };
  const attach = () => {
    const source = new EventSource(place ? `/events?since=${encodeURIComponent(place)}` : "/events");
    for (const kind of ["state", "live", "band", "car", "again", "doctor", "alive"]) {
      source.addEventListener(kind, (event) => { alive(); place = event.lastEventId || place; if (listeners[kind]) listeners[kind](JSON.parse(event.data)); });
    }
    source.addEventListener("error", () => {
      if (performance.now() - heard > QUIET_MS || source.readyState === EventSource.CLOSED) gone();
      if (source.readyState === EventSource.CLOSED) setTimeout(attach, 2000); // refused once (too many screens): a browser does not ask again by itself
    });
  };
  attach();
  setInterval(() => { if (performance.now() - heard > QUIET_MS) gone(); }, 500);
};
