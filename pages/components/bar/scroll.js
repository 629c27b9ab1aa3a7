// Back and Forward return to the place on the page. Streamlit draws the page anew and starts at its top.

// Streamlit scrolls to the top before the address changes. So the place at a click or key counts for this long.
const PLACES = new Map(), PATIENCE = 5000, LEAVING = 2000;
let goal = null, leavingUntil = 0;

function scroller() {
  return document.querySelector('[data-testid="stMain"]');
}

function keepPlace() {
  if (goal === null && Date.now() > leavingUntil) PLACES.set(location.pathname, scroller()?.scrollTop ?? 0);
}

/** A click or a key may lead away: keep the place of before. */
function beforeLeaving() {
  keepPlace();
  goal = null;
  leavingUntil = Date.now() + LEAVING;
}

/** The viewer scrolls. */
function onScrolling() {
  goal = null;
  leavingUntil = 0;
}

/** Scroll to the place as soon as the page is long enough. Any scrolling of the viewer ends it. */
function seekPlace() {
  if (goal === null) return;
  const box = scroller();
  if (box && box.scrollHeight - box.clientHeight >= goal.top) box.scrollTop = goal.top;
  if (Date.now() > goal.until) goal = null;
  else requestAnimationFrame(seekPlace);
}

/** Listen once, whatever is mounted again. */
function watchScrolling() {
  if (window.stillframeScroll) return;
  window.stillframeScroll = true;
  for (const name of ["keydown", "pointerdown"]) addEventListener(name, beforeLeaving, { passive: true, capture: true });
  for (const name of ["wheel", "touchmove"]) addEventListener(name, onScrolling, { passive: true, capture: true });
  document.addEventListener("scroll", (event) => event.target === scroller() && keepPlace(), { passive: true, capture: true });
  addEventListener("popstate", () => {
    goal = { top: PLACES.get(location.pathname) ?? 0, until: Date.now() + PATIENCE };
    requestAnimationFrame(seekPlace);
  });
}
