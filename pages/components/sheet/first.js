// The first sheet: the one that was drawn before Streamlit ran, until Streamlit's sheet takes it over.

const MOVED_WITHIN = 300; // milliseconds
let first = null;

/** The focused element, within shadow roots too. */
function focusedIn(root) {
  const { activeElement } = root;
  return activeElement?.shadowRoot ? focusedIn(activeElement.shadowRoot) : activeElement;
}

/** Move all pieces to another place, with their scrolling and the focus if the browser can. */
function move(from, to) {
  const canKeep = to.moveBefore && from.isConnected && to.isConnected;
  for (const piece of [...from.childNodes]) {
    if (canKeep) to.moveBefore(piece, null);
    else to.append(piece);
  }
}

/** HTML without the moment that places of the stream name (pages/live/). */
const undated = (html) => html.replace(/ data-at="\d+"/g, "");
const isSame = (one, other) => one?.length === other.length && one.every((byte, index) => byte === other[index]);

const isFilled = (piece) => piece.shadowRoot.querySelector('[class^="sf-"]').hasChildNodes();
const nextFrame = () => new Promise(requestAnimationFrame);

/**
 * Draw a sheet before Streamlit runs. Returns true once all of it is drawn, false if Streamlit was quicker. `taken` is
 * called when Streamlit has taken it over. Then it gets what the viewer has done meanwhile.
 */
export async function drawFirst(root, data, taken) {
  const sheet = new Sheet(root);
  first = { sheet, taken };
  sheet.drawn(unfolded(data));
  while (first && ![...root.querySelectorAll(".sf-piece")].every(isFilled)) await nextFrame();
  return first !== null;
}

/** The sheet that was drawn first. It moves to this place when the browser has time, since that draws all of it anew. */
function takenOver(root) {
  const { sheet, taken } = first;
  first = null;
  sheet.isFirst = true;
  performance.mark("stillframe-answers");
  (globalThis.requestIdleCallback ?? setTimeout)(() => {
    const focused = focusedIn(document);
    if (root.isConnected) sheet.moveTo(root);
    taken();
    // Later than the move, because Streamlit's page is hidden until then and nothing in it can have the focus.
    if (focusedIn(document) !== focused) focused?.focus({ preventScroll: true });
  }, { timeout: MOVED_WITHIN });
  return sheet;
}
