/* Every page: sharing. Nothing here drives anything; STOP by the Escape key is stopkey.js. */
"use strict";
(() => {
  const share = document.getElementById("share");
  if (share && navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => navigator.share({ title: share.dataset.title, text: share.dataset.title, url: location.href }).catch(() => {}));
  }
})();
