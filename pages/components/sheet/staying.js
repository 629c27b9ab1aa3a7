// Staying: Streamlit takes a page away before it has the next one. Its pieces stay in sight until that one is drawn.

const STAYS_FOR = 1000; // milliseconds: then the viewer sees that Streamlit waits
let left = null; // the page that is left, until the next one is drawn
let staying = 0; // the timer of that page

/** Let the pieces of a page stay when Streamlit takes the place of its sheet away. */
function stayWhenLeft(sheet, place) {
  const root = document.getElementById("root"), main = root.querySelector('[data-testid="stMain"]');
  const listening = new AbortController();
  let scrolled = 0; // asking then would let the browser lay out the empty page
  main?.addEventListener("scroll", () => { scrolled = main.scrollTop; }, { passive: true, signal: listening.signal });
  // It is called before the empty page is painted.
  const observer = new MutationObserver(() => {
    if (place.isConnected) return;
    observer.disconnect();
    listening.abort();
    show(sheet.root.childNodes, scrolled);
  });
  observer.observe(root, { subtree: true, childList: true });
}

/** A page that is left before it was in sight lets the one before it stay. */
function show(pieces, scrolled) {
  if (!left) {
    left = Object.assign(document.createElement("main"), { id: "first-page", className: "complete", inert: true });
    const sheet = element("sf-sheet", "");
    sheet.append(...pieces);
    left.append(sheet);
    document.getElementById("root").before(left);
    if (scrolled) left.scrollTop = scrolled;
  }
  clearTimeout(staying);
  staying = setTimeout(letGo, STAYS_FOR);
}

function letGo() {
  clearTimeout(staying);
  left?.remove();
  left = null;
}

/** The next page is here. The former one goes once all of it is drawn. */
async function replaceLeft(sheet) {
  const isDrawn = () => [...sheet.root.querySelectorAll(".sf-piece")].every(isFilled);
  while (left && sheet.root.isConnected && !isDrawn()) await nextFrame();
  if (sheet.root.isConnected) letGo();
}
