// A sheet: HTML, boxes and components in order. What stays the same between two runs stays in the document.

const SHEETS = new WeakMap();
// Milliseconds. An event that no run reads is sent again, after a pause that doubles: a restart of the web process lost it.
const REPEATED_AFTER = 2000, EVENT_LASTS = 120_000;

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
    this.number = Math.max(this.number, handled); // the clock may have been set back
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
      else if (kind === "open") open.push(this.box(open.at(-1), ...rest));
      else if (kind === "html") this.html(open.at(-1), rest[0]);
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

  /** A box, and its first piece. One with words opens at a click on them. */
  box(place, key, look, words) {
    const box = this.placed(place, `box ${key}`, () => (words ? folded : element)("", `box ${key}`));
    box.className = `sf-box ${look} ${key && `st-key-${key}`}`;
    if (!words) return { box, next: box.firstChild };
    if (box.firstChild.textContent !== words) box.firstChild.textContent = words;
    return { box, next: box.firstChild.nextSibling };
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

export default function (component) {
  const root = component.parentElement.querySelector(".sf-sheet");
  const isNew = !SHEETS.has(root);
  if (isNew) SHEETS.set(root, first ? takenOver(root) : new Sheet(root));
  const sheet = SHEETS.get(root), { isFirst } = sheet;
  sheet.send = component.setTriggerValue;
  sheet.drawn(unfolded(component.data));
  sheet.isFirst = false;
  if (isNew && root.closest(".st-key-page")) stayWhenLeft(sheet, root);
  if (isNew) replaceLeft(sheet);
  if (isFirst) queueMicrotask(() => sheet.tellAll());
}
