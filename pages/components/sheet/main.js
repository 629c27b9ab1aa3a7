// A sheet: HTML, boxes and components in order. What stays the same between two runs stays in the document.

const SHEETS = new WeakMap(), STYLES = new Map();
const FILLED_WITHIN = 500, MOVED_WITHIN = 300; // milliseconds
let first = null; // the sheet that was drawn before Streamlit ran
// Milliseconds. An event that no run reads is sent again, after a pause that doubles: a restart of the web process lost it.
const REPEATED_AFTER = 2000, EVENT_LASTS = 120_000;

/** The number of the newest event that was handled, and the list of pieces with the payloads of components. */
function unfolded(data) {
  const start = data.indexOf(LINE_BREAK) + 1, length = Number(new TextDecoder().decode(data.subarray(0, start)));
  let at = start + length;
  const [handled, ...items] = JSON.parse(new TextDecoder().decode(data.subarray(start, at)));
  const pieces = items.map((item) => {
    if (item[0] !== "component") return item;
    const [kind, folder, key, size, height] = item;
    return [kind, folder, key, data.subarray(at, (at += size)), height];
  });
  return [handled, pieces];
}

function styleOf(folder) {
  if (!STYLES.has(folder)) {
    const style = new CSSStyleSheet();
    style.replaceSync(PIECES[folder].style);
    STYLES.set(folder, style);
  }
  return STYLES.get(folder);
}

function element(name, identity) {
  const made = document.createElement("div");
  made.className = name;
  made.identity = identity;
  return made;
}

function componentOf(folder, key) {
  const host = element(`sf-piece st-key-${key}`, `${folder} ${key}`), root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [styleOf(folder)];
  root.innerHTML = `<div class="sf-${folder}"></div>`;
  return host;
}

/** Take a piece away. Returns the one behind it. */
function removed(piece) {
  const following = piece.nextSibling;
  piece.remove();
  return following;
}

/** The focused element, within shadow roots too. */
function focusedIn(root) {
  const { activeElement } = root;
  return activeElement?.shadowRoot ? focusedIn(activeElement.shadowRoot) : activeElement;
}

/** Move all pieces to another place, with their scrolling if the browser can. The focus stays. */
function move(from, to) {
  const focused = focusedIn(document), canKeep = to.moveBefore && from.isConnected && to.isConnected;
  for (const piece of [...from.childNodes]) {
    if (canKeep) to.moveBefore(piece, null);
    else to.append(piece);
  }
  if (focusedIn(document) !== focused) focused?.focus({ preventScroll: true });
}

/** HTML without the moment that places of the stream name (pages/live/). */
const undated = (html) => html.replace(/ data-at="\d+"/g, "");
const isSame = (one, other) => one?.length === other.length && one.every((byte, index) => byte === other[index]);

class Sheet {
  constructor(root) {
    this.root = root;
    this.events = []; // those that are not known to be handled
    this.number = 0;
    this.isFirst = false; // true while it takes the data of Streamlit for the first time: alike pieces stay as they are
    this.listen();
  }

  listen() {
    this.root.addEventListener("click", ({ target }) => {
      const key = target.closest?.("[data-key]")?.dataset.key;
      if (key) this.tell(key, "click", "");
    });
  }

  /** Go on in the place that Streamlit has for the sheet. */
  moveTo(root) {
    move(this.root, root);
    this.root = root;
    this.listen();
  }

  /** Send an event, with those that may not have arrived: Streamlit drops a message that a newer one overtakes. */
  tell(key, name, value) {
    this.number = Math.max(Date.now(), this.number + 1);
    this.events = [...this.recent(), [this.number, key, name, value]];
    this.tellAll();
    this.repeat();
  }

  /** Send what no run has read yet. A sheet that Streamlit has not taken over keeps it. */
  tellAll() {
    if (this.recent().length) this.send?.("event", JSON.stringify(this.recent()));
  }

  recent() {
    return this.events.filter(([number]) => number > Date.now() - EVENT_LASTS);
  }

  drawn([handled, items]) {
    this.events = this.events.filter(([number]) => number > handled);
    this.update(items);
  }

  /** Repeat the events until a run has read them. A run that is under way may do that. */
  repeat(pause = REPEATED_AFTER) {
    clearTimeout(this.repeating);
    this.repeating = setTimeout(() => {
      if (!this.recent().length || !this.root.isConnected) return;
      if (isConnected() && !isRunning()) {
        this.tellAll();
        pause *= 2;
      }
      this.repeat(pause);
    }, pause);
  }

  /** Draw the pieces. Those of a former run are found by their identity, and moved if others came between. */
  update(items) {
    const open = [{ box: this.root, next: this.root.firstChild }];
    for (const item of items) {
      const [kind, ...rest] = item;
      if (kind === "close") this.close(open.pop());
      else if (kind === "open") {
        const box = this.placed(open.at(-1), `box ${rest[0]}`, () => element("", `box ${rest[0]}`));
        box.className = `sf-box ${rest[1]} ${rest[0] && `st-key-${rest[0]}`}`;
        open.push({ box, next: box.firstChild });
      } else if (kind === "html") this.html(open.at(-1), rest[0]);
      else this.component(open.at(-1), ...rest);
    }
    this.close(open.pop());
  }

  /** The piece with this identity at the present place. */
  placed(place, identity, make) {
    let found = place.next;
    while (found && found.identity !== identity) found = found.nextSibling;
    // HTML is cheap to draw again, and a component that is moved would lose its focus and its scrolling.
    while (found && place.next !== found && place.next.identity === "html") place.next = removed(place.next);
    if (found && found === place.next) place.next = found.nextSibling;
    else place.box.insertBefore((found ??= make()), place.next);
    return found;
  }

  html(place, html) {
    const piece = this.placed(place, "html", () => element("sf-html", "html"));
    if (this.isFirst && piece.html && undated(piece.html) === undated(html)) return;
    if (piece.html !== html) piece.innerHTML = piece.html = html;
  }

  component(place, folder, key, data, height) {
    const piece = this.placed(place, `${folder} ${key}`, () => componentOf(folder, key));
    piece.style.height = height ? `${height}px` : "";
    if (this.isFirst && isSame(piece.data, data)) return;
    piece.data = data;
    const setTriggerValue = (name, value) => this.tell(key, name, value);
    // True while the data is older than what the viewer did last with this component.
    const isBehind = () => this.recent().some((event) => event[1] === key);
    PIECES[folder].draw({ parentElement: piece.shadowRoot, data, setTriggerValue, isBehind });
  }

  close({ next }) {
    while (next) next = removed(next);
  }
}

const isFilled = (piece) => piece.shadowRoot.querySelector('[class^="sf-"]').hasChildNodes();
const nextFrame = () => new Promise(requestAnimationFrame);

/**
 * Draw a sheet before Streamlit runs. Returns true once all of it is drawn, false if that takes long. `taken` is called
 * when Streamlit has taken it over. Then it gets what the viewer has done meanwhile.
 */
export async function drawFirst(root, data, taken) {
  const sheet = new Sheet(root), until = performance.now() + FILLED_WITHIN;
  first = { sheet, taken };
  sheet.drawn(unfolded(data));
  while (![...root.querySelectorAll(".sf-piece")].every(isFilled)) {
    await nextFrame();
    if (first && performance.now() > until) first = null;
    if (!first) return false;
  }
  return first !== null;
}

/** The sheet that was drawn first. It moves to this place when the browser has time, since that draws all of it anew. */
function takenOver(root) {
  const { sheet, taken } = first;
  first = null;
  sheet.isFirst = true;
  performance.mark("stillframe-answers");
  (globalThis.requestIdleCallback ?? setTimeout)(() => {
    if (root.isConnected) sheet.moveTo(root);
    taken();
  }, { timeout: MOVED_WITHIN });
  return sheet;
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-sheet");
  if (!SHEETS.has(root)) SHEETS.set(root, first ? takenOver(root) : new Sheet(root));
  const sheet = SHEETS.get(root), { isFirst } = sheet;
  sheet.send = component.setTriggerValue;
  sheet.drawn(unfolded(component.data));
  sheet.isFirst = false;
  if (isFirst) queueMicrotask(() => sheet.tellAll());
}
