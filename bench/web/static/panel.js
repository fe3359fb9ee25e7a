/* Every page: STOP by the Escape key, sharing, printing. Nothing here drives anything. */
"use strict";
(() => {
  const stop = document.getElementById("stop");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.repeat) { event.preventDefault(); stop.form.requestSubmit(stop); }
  });
  const share = document.getElementById("share");
  if (share && navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => navigator.share({ title: share.dataset.title, text: share.dataset.title, url: location.href }).catch(() => {}));
  }
})();
