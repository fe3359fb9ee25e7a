/* The page before START: its lights follow the rig, and START follows the lights. What was ticked stays. */
"use strict";
(() => {
  const lights = document.getElementById("lights"), start = document.getElementById("start"), csrf = document.body.dataset.csrf;
  let seq = -1, asked = false, again = false;
  const follow = () => { if (start) start.disabled = lights.firstElementChild.dataset.can !== "1"; };
  const refresh = async () => {
    if (asked) { again = true; return; }
    asked = true;
    let told = false;
    try {
      const page = await fetch("/ready/lights");
      if (page.ok) {
        const text = await page.text();
        if (text !== lights.dataset.text) { lights.innerHTML = text; lights.dataset.text = text; follow(); }
        told = true;
      } else if (page.status === 409) { location.assign("/"); return; }
    } catch { /* the stream says when the rig is gone */ }
    asked = false;
    if (again) { again = false; refresh(); } else if (!told) setTimeout(refresh, 500);
  };
  lights.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    try { await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-CSRF": csrf } }); } catch { /* greyed by the stream */ }
    refresh();
  });
  follow();
  window.lockbenchStream({ state: (news) => { if (news.seq !== seq) { seq = news.seq; refresh(); } }, back: refresh });
})();
