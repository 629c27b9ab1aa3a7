// Back and Forward return to the place on the page. Streamlit draws the page anew and starts at its top.

const PLACES = new Map(), PATIENCE = 5000;
let goal = null;

function scroller() {
  return document.querySelector('[data-testid="stMain"]');
}

function keepPlace() {
  if (goal === null) PLACES.set(location.pathname, scroller()?.scrollTop ?? 0);
}

/** Scroll to the place as soon as the page is long enough. Any scrolling of the viewer ends it. */
function seekPlace() {
  if (goal === null) return;
  const box = scroller();
  if (box && box.scrollHeight - box.clientHeight >= goal.top) box.scrollTop = goal.top;
  if (Date.now() > goal.until) goal = null;
  else requestAnimationFrame(seekPlace);
}

function watchScrolling() {
  const forget = () => (goal = null);
  for (const name of ["wheel", "touchstart", "keydown", "pointerdown"]) addEventListener(name, forget, { passive: true, capture: true });
  document.addEventListener("scroll", (event) => event.target === scroller() && keepPlace(), { passive: true, capture: true });
  addEventListener("popstate", () => {
    goal = { top: PLACES.get(location.pathname) ?? 0, until: Date.now() + PATIENCE };
    requestAnimationFrame(seekPlace);
  });
}
