// Windows: of a long table only some rows are here. The others are asked for when the viewer comes to them.

const PAUSE = 60, ASK_AGAIN = 5000;

class Windows {
  constructor(grid) {
    this.grid = grid;
    this.asked = "";
    this.timer = 0;
  }

  /** Take the window of a new table, or none. Asks again if the rows came in another order than the viewer's. */
  take(table) {
    clearTimeout(this.timer);
    this.asked = "";
    this.place = table.window ?? null;
    const isSorted = !this.place || this.place.sort === textOfSort(this.grid.sort);
    this.grid.root.classList.toggle("resorting", !isSorted);
    if (!isSorted) this.ask(0);
  }

  get count() {
    return this.place ? this.place.total : this.grid.order.length;
  }

  /** The row of the table at a place of the list. Undefined if it is not here. */
  rowAt(index) {
    if (!this.place) return this.grid.order[index];
    const row = index - this.place.start;
    return row >= 0 && row < this.grid.table.keys.length ? row : undefined;
  }

  /** Ask for the first rows in another order. The browser sorts a short table by itself. */
  sort() {
    if (!this.place) return;
    this.grid.root.classList.add("resorting");
    this.ask(0);
  }

  /** Ask for the rows around these places once the viewer rests. */
  need(first, last) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.grid.isAllHere()) return; // the viewer came back meanwhile
      this.ask(Math.max(0, Math.floor((first + last - this.grid.table.keys.length) / 2)));
    }, PAUSE);
  }

  /** Ask for the rows from a place on. A request without an answer is repeated. */
  ask(start) {
    if (this.place.is_followed) return;
    const request = JSON.stringify({ sort: textOfSort(this.grid.sort), start });
    if (request === this.asked) return;
    this.asked = request;
    this.grid.send("window", request);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.asked = "";
      this.ask(start);
    }, ASK_AGAIN);
  }
}

/** The place of a row that is not here yet. It can have the focus, and keeps it when the row comes. */
function placeholderOf(columns, index) {
  const line = element("tr", "awaited"), cell = element("td", "", "…");
  line.setAttribute("role", "row");
  line.setAttribute("aria-rowindex", index + 2);
  line.dataset.index = index;
  line.tabIndex = -1;
  cell.setAttribute("role", "gridcell");
  cell.dataset.place = "title";
  cell.colSpan = Math.max(1, columns.length);
  line.append(cell);
  return line;
}
