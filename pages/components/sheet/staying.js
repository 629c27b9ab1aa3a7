// Staying: Streamlit takes a page away before it has the next one. Its pieces stay in sight until that one is drawn.

const STAYS_FOR = 1000; // milliseconds: then the viewer sees that Streamlit waits
let left = null; // the page that is left, until the next one is drawn

/** Let the pieces of a page stay when Streamlit takes its sheet away. */
function stayWhenLeft(sheet) {
  const root = document.getElementById("root"), main = root.querySelector('[data-testid="stMain"]');
  const listening = new AbortController();
  let scrolled = 0; // asking then would let the browser lay out the empty page
  main?.addEventListener("scroll", () => { scrolled = main.scrollTop; }, { passive: true, signal: listening.signal });
  // It is called before the empty page is painted.
  const observer = new MutationObserver(() => {
    if (sheet.root.isConnected) return;
    observer.disconnect();
    listening.abort();
    show(sheet.root.childNodes, scrolled);
  });
  observer.observe(root, { subtree: true, childList: true });
}

function show(pieces, scrolled) {
  const page = Object.assign(document.createElement("main"), { id: "first-page", className: "complete", inert: true });
  const sheet = element("sf-sheet", "");
  sheet.append(...pieces);
  page.append(sheet);
  document.getElementById("root").before(page);
  if (scrolled) page.scrollTop = scrolled;
  left = page;
  setTimeout(() => page.remove(), STAYS_FOR);
}

/** The next page is here. The former one goes once all of it is drawn. */
async function replaceLeft(sheet) {
  while (left && ![...sheet.root.querySelectorAll(".sf-piece")].every(isFilled)) await nextFrame();
  left?.remove();
  left = null;
}
