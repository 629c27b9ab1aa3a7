// Links of the bar: Streamlit leaves the path of the first page empty, and shows the present page by colour alone.

const LINKS = ".st-key-pages a, .st-key-pages_more a";
let isQueued = false;

function pageLinks() {
  return [...document.querySelectorAll(LINKS)];
}

/** An empty path means the present page to a browser, so the link of the first page gets its own. */
function mendLinks() {
  isQueued = false;
  for (const link of pageLinks()) {
    if (/^(\?|$)/.test(link.getAttribute("href"))) link.setAttribute("href", `/${link.getAttribute("href")}`);
    const isHere = new URL(link.href).pathname === location.pathname.replace(/^\/overview$/, "/");
    if (isHere) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function queueMending() {
  if (!isQueued) requestAnimationFrame(mendLinks);
  isQueued = true;
}

function watchLinks() {
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ["href"] };
  new MutationObserver(queueMending).observe(document.body, watched);
  globalThis.navigation?.addEventListener("currententrychange", queueMending);
  queueMending();
}
