// Places: the parts of the page in HTML, and the ages that count on by themselves.

function countAges(now) {
  for (const age of document.querySelectorAll("time[data-since]")) {
    const words = ageText(now - Number(age.dataset.since));
    if (age.textContent !== words) age.textContent = words;
  }
}

/** Put HTML of the server into its place, unless the page's script has drawn something newer there. */
function fill(place, html, at) {
  if (Number(place.dataset.at) >= at) return;
  const focused = [...place.querySelectorAll("a")].indexOf(document.activeElement);
  place.innerHTML = html;
  place.dataset.at = at;
  if (focused >= 0) place.querySelectorAll("a")[focused]?.focus({ preventScroll: true }); // who reads by keyboard stays here
}

class Places {
  constructor() {
    this.newest = new Map(); // by place: data, the server's time of it, and when it came
    new MutationObserver(() => this.fillAll()).observe(document.body, { childList: true, subtree: true });
  }

  /** Show newer contents, by place: texts are HTML, objects are data of components. */
  show(parts, at) {
    for (const [key, data] of Object.entries(parts)) {
      this.newest.set(key, { data, at, cameAt: Date.now() });
      const place = window.stillframePlaces?.get(key);
      if (typeof data !== "string" && place?.root.isConnected) place.update(data, at);
    }
    this.fillAll();
  }

  /** Fill places that have just come too: a panel that opens, a page that is drawn again. */
  fillAll() {
    for (const place of document.querySelectorAll("[data-live]")) {
      const newest = this.newest.get(place.dataset.live);
      if (typeof newest?.data === "string") fill(place, newest.data, newest.at);
    }
  }
}
