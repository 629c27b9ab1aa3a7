// The first frame: its age counts on, and it gives way when the live page has drawn the same figures.
(() => {
  const DRAWN_WITHIN = 1500, SECOND = 1000, BEGUN_WITHIN = 3000;
  const arrivedAt = Date.now() - performance.now() + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  // Back may show a page that the browser kept. Its figures are old, and its session may have ended.
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // A blocker or a lost connection may keep the start away. Streamlit begins all the same.
  setTimeout(() => {
    const main = document.querySelector("link[data-main]");
    if (!main || document.querySelector('script[type="module"]')) return;
    for (const link of document.querySelectorAll("link[data-deferred]")) link.rel = "stylesheet";
    document.head.append(Object.assign(document.createElement("script"), { type: "module", crossOrigin: "", src: main.href }));
  }, BEGUN_WITHIN);

  const frame = document.getElementById("first-frame");
  if (!frame) return;

  function words(seconds) {
    const whole = Math.max(Math.floor(seconds), 0), minutes = Math.floor(whole / 60), hours = Math.floor(minutes / 60);
    if (whole < 60) return `${whole} s`;
    if (minutes < 60) return `${minutes} min`;
    if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
    return `${Math.floor(hours / 24)} d`;
  }

  function count() {
    const age = frame.querySelector("[data-age]"), passed = (Date.now() - arrivedAt) / SECOND;
    if (!age) return;
    age.querySelector("b").textContent = words(Number(age.dataset.age) + passed);
    const isStale = passed > Number(age.dataset.stale), isLate = passed > Number(age.dataset.late);
    if (age.classList.contains("failing") || !(isStale || isLate)) return;
    age.classList.add("late");
    age.querySelector("i").textContent = isStale ? "Stale" : "Late";
  }

  const root = document.getElementById("root");
  const isFilled = (host) => Boolean(host.shadowRoot?.querySelector('[class^="sf-"]')?.hasChildNodes());
  /** True if a component of ours shows something. A sheet shows all of its pieces. */
  const hasContent = (place) => {
    const sheet = place.querySelector(".sf-sheet");
    if (sheet) return sheet.hasChildNodes() && [...sheet.querySelectorAll(".sf-piece")].every(isFilled);
    return [place, ...place.querySelectorAll("*")].some(isFilled);
  };

  /** True if the page's script has run and the page shows what it sent. */
  function isComplete() {
    return root.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]')
      && root.querySelector('[data-testid^="stBidiComponent"]') && !root.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
  }

  // Asking when the page is drawn would let the browser lay it out once more.
  let scrolled = 0;
  frame.addEventListener("scroll", () => { scrolled = frame.scrollTop; }, { passive: true });

  function giveWay() {
    const main = root.querySelector('[data-testid="stMain"]');
    // A first sheet has taken the scrolling over.
    if (main && scrolled && frame.isConnected) main.scrollTop = scrolled;
    clearInterval(counting);
    frame.remove();
    document.getElementById("first-page")?.remove(); // nothing took it over
  }

  /** Wait until the components are drawn. They draw within shadow roots, which no observer of the document sees. */
  function whenDrawn() {
    const roots = new Set(), observer = new MutationObserver(look);
    const overdue = setTimeout(() => end(giveWay), DRAWN_WITHIN);

    function end(next) {
      observer.disconnect();
      clearTimeout(overdue);
      next();
    }

    function observe(element) {
      if (roots.has(element)) return;
      roots.add(element);
      observer.observe(element, { subtree: true, childList: true });
    }

    function look() {
      if (!isComplete()) return end(watch);
      if ([...root.querySelectorAll('[data-testid^="stBidiComponent"]')].every(hasContent)) return end(giveWay);
      for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) observe(shadowRoot);
      return observe(root);
    }
    look();
  }

  function watch() {
    const observer = new MutationObserver(() => {
      if (!isComplete()) return;
      observer.disconnect();
      whenDrawn();
    });
    observer.observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-test-script-state", "data-stale"] });
  }

  const counting = setInterval(count, SECOND);
  count();
  watch();
})();
