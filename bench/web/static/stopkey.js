/* STOP by the Escape key. The first thing of every page, in force before any style, drawing or other script has come; it can only stop. */
"use strict";
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.repeat) return;
  event.preventDefault();
  const unreached = () => { const lost = document.getElementById("lost"); if (lost) lost.hidden = false; };
  fetch("/stop", { method: "POST", keepalive: true, redirect: "manual" }).then(() => location.assign("/stop"), unreached);
}, true);
