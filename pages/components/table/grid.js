// The grid: draws the rows that can be seen, and redraws when the viewer scrolls, sorts or gets new data.

const SPARE_ROWS = 12, ALL_ROWS_UP_TO = 200, CARDS_BELOW = 620, SETTLING = 1500;

class Grid {
  constructor(root, send) {
    this.root = root;
    this.send = send;
    this.table = null;
    this.beginning = null; // the JSON of the first rows, while they alone are drawn
    this.drawn = [-1, -1];
    this.isCards = false;
    this.letters = 1; // their size, as a multiple of the usual one
    this.isComplete = false; // the rows out of sight follow once the browser has time
    this.windows = new Windows(this);
    this.widths = new Widths(root);
    root.addEventListener("keydown", (event) => onKey(this, event));
    root.addEventListener("click", (event) => this.onClick(event));
    new ResizeObserver(() => this.onResize()).observe(root);
    globalThis.navigation?.addEventListener("currententrychange", () => this.body && markOpened(this));
  }

  /** Take new data. Scroll position, sorting and focus stay. `isRest` if the rows drawn now are the first ones of it. */
  update(table, isRest = false) {
    const isNew = this.table?.name !== table.name;
    this.table = table;
    this.beginning = null;
    this.table.keys ??= [];
    for (const column of table.columns) Object.assign(column, { label: column.label ?? "", texts: column.texts ?? [] });
    if (isNew) this.sort = sortFrom(this.remembered("sort") ?? table.sort);
    for (const ink of ["gain", "loss"]) this.root.style.setProperty(`--${ink}`, table.inks[ink] ?? "inherit");
    this.windows.take(table);
    if (!isRest || !keepsFirst(this)) this.rebuild();
    if (!this.isComplete) whenIdle(() => this.complete());
  }

  /** Build the table again. The focus stays on its row. */
  rebuild() {
    const focused = this.root.querySelector("tr:focus")?.dataset;
    this.build();
    if (focused) focusOn(this, rowLike([...this.body.children], focused));
  }

  /** Draw the rows out of sight too, so that the browser's search finds them. */
  complete() {
    this.isComplete = true;
    this.draw();
    this.markMoreSoon();
  }

  get columns() {
    if (this.isCards) return this.table.columns.filter((column) => (column.place ?? "none") !== "none");
    return this.table.columns.filter((column) => !column.for_cards && !this.hidden.has(column.key));
  }

  /** The columns out of sight: those that the viewer chose, else those that are not shown at first. */
  hiddenNow() {
    const chosen = JSON.parse(this.remembered("hidden") ?? "null");
    if (chosen) return new Set(chosen);
    const room = (this.root.clientWidth || Infinity) - 2 - CHOICE_PIXELS, hidden = firstHidden(this.table.columns, room);
    const place = `${this.table.name} ${this.table.label} ${room}`;
    // Columns that gave way stay away while texts change, so that none comes and goes.
    if (this.gaveWay?.place !== place || hidden.size > this.gaveWay.hidden.size) this.gaveWay = { place, hidden };
    return this.gaveWay.hidden;
  }

  /** Hide one more spare column, because letters are wider here than estimated. False if there is none. */
  giveWay() {
    if (this.isCards || this.remembered("hidden")) return false;
    const spare = this.columns.filter((column) => column.spare).sort((one, other) => one.spare - other.spare);
    if (!spare.length) return false;
    this.gaveWay = { ...this.gaveWay, hidden: new Set([...this.hidden, spare[0].key]) };
    this.rebuild();
    return true;
  }

  get height() {
    return this.isCards ? cardHeight(this.table.columns, this.letters) : ROW_HEIGHT;
  }

  get isChoosing() {
    return this.table.columns.length > 6 && !this.isCards;
  }

  pageRows() {
    return Math.floor(this.box.clientHeight / this.height);
  }

  build() {
    const top = this.box?.scrollTop ?? 0;
    this.order = this.table.window ? [] : orderOf(this.table, this.sort);
    this.isCards = this.root.clientWidth > 0 && this.root.clientWidth < CARDS_BELOW;
    this.hidden = this.hiddenNow();
    this.letters = this.isCards ? sizeOfLetters() : 1;
    this.root.classList.toggle("cards", this.isCards);
    this.root.classList.toggle("told", this.isCards && sentenceLines(this.table.columns) > 0);
    this.root.classList.toggle("large", areLarge(this.letters));
    this.root.style.setProperty("--card", `${this.height}px`);
    const table = element("table");
    table.setAttribute("role", "grid");
    table.setAttribute("aria-label", this.table.label);
    table.setAttribute("aria-rowcount", this.windows.count + 1);
    this.body = element("tbody");
    table.append(this.sizes(), headOf(this.columns, this.sort), this.body);
    // A list that ends soon scrolls with the page. A longer one on a phone leaves room to scroll the page beside it.
    this.box = element("div", this.isCards && this.windows.count > this.table.most ? "box long" : "box");
    this.box.style.setProperty("--most", `${(this.table.most + 1) * this.height}px`);
    this.box.append(table);
    this.box.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.root.replaceChildren(tools(this), this.box);
    this.drawn = [-1, -1];
    this.lines = new Map();
    for (const column of this.columns) column.model = modelOf(column);
    this.spaces = [space(0), space(this.windows.count * this.height)]; // room to scroll back, without a look at the first rows
    this.body.append(...this.spaces);
    if (top) this.box.scrollTop = top; // even 0 would let the browser lay out the page at once
    this.draw(top && this.box.scrollTop);
    this.markMoreSoon();
    const first = this.body.querySelector("tr[data-key]") ?? this.root.querySelector("th");
    if (first) first.tabIndex = 0;
  }

  sizes() {
    const group = element("colgroup");
    for (const width of this.widths.of(this.columns, this.isChoosing)) {
      const column = element("col");
      column.style.width = `${width}px`;
      group.append(column);
    }
    return group;
  }

  /** Draw the rows in view, with empty space for all others. Rows that stay in view are not drawn again. */
  draw(top = this.box.scrollTop) {
    const count = this.windows.count;
    if (!count) return this.drawEmpty();
    const [first, last] = this.inSight(top, count);
    if (first === this.drawn[0] && last === this.drawn[1]) return;
    this.drawn = [first, last];
    for (const [index, line] of this.lines) if (index < first || index >= last) this.drop(index, line);
    if (!this.isAllHere()) this.windows.need(first, last);
    let next = this.spaces[0].nextSibling;
    for (const index of this.places) {
      if (!this.lines.has(index)) this.body.insertBefore(this.lineOf(index), next);
      else next = this.lines.get(index).nextSibling;
    }
    resize(this.spaces[0], first * this.height);
    resize(this.spaces[1], (count - last) * this.height);
    if (!this.root.querySelector('[tabindex="0"]')) this.lines.get(first).tabIndex = 0;
  }

  /** The first row to draw, and the one behind the last: those in view, later also some around them or all. */
  inSight(top, count) {
    if (count <= ALL_ROWS_UP_TO && this.isComplete) return [0, count];
    const spare = this.isComplete ? SPARE_ROWS : 0, first = Math.max(0, Math.floor(top / this.height) - spare);
    return [first, Math.min(count, first + Math.ceil(this.table.most + 1) + 2 * spare)];
  }

  drop(index, line) {
    line.remove();
    this.lines.delete(index);
  }

  /** The line of a row, drawn now. */
  lineOf(index) {
    const row = this.windows.rowAt(index);
    const line = row === undefined ? placeholderOf(this.columns, index) : rowOf(this.table, this.columns, row, index);
    this.lines.set(index, line);
    return line;
  }

  /** The places of the rows in sight. */
  get places() {
    const [first, last] = this.drawn;
    return Array.from({ length: last - first }, (_, at) => first + at);
  }

  /** True if no row in sight has to be asked for. */
  isAllHere() {
    return this.places.every((index) => this.windows.rowAt(index) !== undefined);
  }

  drawEmpty() {
    const line = element("tr", "none"), cell = element("td", "", this.table.empty);
    cell.colSpan = Math.max(1, this.columns.length);
    line.append(cell);
    this.body.replaceChildren(line);
  }

  /** The row at a place, scrolled into view and drawn. */
  rowAt(index) {
    const top = index * this.height, seen = this.box.scrollTop, page = this.box.clientHeight - this.height;
    if (top < seen) this.box.scrollTop = top;
    else if (top > seen + page - this.height) this.box.scrollTop = top - page + this.height;
    this.draw();
    return this.body.querySelector(`tr[data-index="${index}"]`);
  }

  sortBy(key) {
    const column = this.table.columns.find((one) => one.key === key);
    this.resort(nextSort(this.sort, column));
    focusOn(this, this.root.querySelector(`th[data-key="${CSS.escape(key)}"]`));
  }

  /** Sort all rows, and begin at their top. */
  resort(sort) {
    this.sort = sort;
    this.remember("sort", textOfSort(sort));
    this.box.scrollTop = 0;
    this.windows.sort();
    this.build();
  }

  linkOf(line) {
    return this.table.links?.[this.table.keys.indexOf(line?.dataset.key)];
  }

  open(key) {
    for (const line of this.body.children) if (line.dataset.key) line.setAttribute("aria-selected", line.dataset.key === key);
    this.send("opened", key);
  }

  /** Send an action of a row. Its buttons wait until the table is renewed. */
  act(button, line) {
    for (const each of line.querySelectorAll("button.action")) each.disabled = true;
    this.send("acted", `${button.dataset.action}\n${line.dataset.key}`);
  }

  onClick(event) {
    const hint = event.target.closest("[data-hint]");
    const head = event.target.closest("th");
    const line = event.target.closest("tr[data-key]");
    if (head) return this.sortBy(head.dataset.key);
    const button = event.target.closest("button.action");
    if (button) return this.act(button, line);
    const link = event.target.closest("a");
    if (link && link.getAttribute("href") !== this.linkOf(line)) return undefined; // a cell's own link leads there
    if (hint && !line?.classList.contains("leads")) return showHint(this.root, hint);
    if (!this.linkOf(line) || event.ctrlKey || event.metaKey || event.shiftKey || getSelection()?.toString()) return;
    event.preventDefault();
    focusOn(this, line);
    this.open(line.dataset.key);
  }

  onResize() {
    if (!this.table) return;
    const isCards = this.root.clientWidth > 0 && this.root.clientWidth < CARDS_BELOW;
    const isSame = (hidden) => hidden.size === this.hidden.size && [...hidden].every((key) => this.hidden.has(key));
    if (isCards !== this.isCards || !isSame(this.hiddenNow())) this.rebuild();
    else this.markMore();
  }

  onScroll() {
    this.draw();
    this.markMoreSoon();
  }

  /** In the next frame the browser has to lay out the rows anyway. */
  markMoreSoon() {
    requestAnimationFrame(() => this.markMore());
  }

  /** Show that columns follow at the right. */
  markMore() {
    const { scrollWidth, clientWidth, scrollLeft } = this.box;
    const isTooWide = clientWidth > 0 && scrollWidth - clientWidth > 2;
    if (isTooWide && this.widths.forget(clientWidth)) return this.rebuild();
    if (isTooWide && this.giveWay()) return;
    this.widths.keep(this.root.querySelectorAll("th"));
    this.root.classList.toggle("more-right", scrollWidth - clientWidth - scrollLeft > 2);
  }

  remembered(what, table = this.table) {
    return localStorage.getItem(`stillframe.${table.name}.${what}`);
  }

  remember(what, text) {
    localStorage.setItem(`stillframe.${this.table.name}.${what}`, text);
  }
}

/** Act when the page has been drawn for a while and the browser has time: the first screen goes first. */
function whenIdle(act) {
  const wait = globalThis.requestIdleCallback ?? setTimeout;
  setTimeout(() => wait(act), SETTLING);
}
