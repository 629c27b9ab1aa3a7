// Keyboard: the table is one stop of the Tab key. Arrows move, Enter opens, Home and End go to the ends.

/** Move the one focusable place of the table. `target` is a header cell or a row. */
function focusOn(grid, target) {
  if (!target) return;
  grid.root.querySelectorAll('[tabindex="0"]').forEach((one) => (one.tabIndex = -1));
  target.tabIndex = 0;
  target.focus({ preventScroll: false });
}

function onRowKey(grid, event, line) {
  const index = Number(line.dataset.index), page = Math.max(1, grid.pageRows() - 1);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
  if (event.key in moves) {
    const next = index + moves[event.key];
    if (next < 0) focusOn(grid, grid.root.querySelector("th"));
    else focusOn(grid, grid.rowAt(Math.min(next, grid.windows.count - 1)));
  } else if (event.key === "Home") focusOn(grid, grid.rowAt(0));
  else if (event.key === "End") focusOn(grid, grid.rowAt(grid.windows.count - 1));
  else if (event.key === "Enter" && grid.linkOf(line)) grid.open(line.dataset.key);
  else return;
  event.preventDefault();
}

function onHeadKey(grid, event, head) {
  const heads = [...grid.root.querySelectorAll("th")], place = heads.indexOf(head);
  if (event.key === "ArrowRight") focusOn(grid, heads[place + 1]);
  else if (event.key === "ArrowLeft") focusOn(grid, heads[place - 1]);
  else if (event.key === "ArrowDown") focusOn(grid, grid.rowAt(0));
  else if (event.key === "Enter" || event.key === " ") grid.sortBy(head.dataset.key);
  else return;
  event.preventDefault();
}

function onKey(grid, event) {
  if (event.target.matches("tr[data-index]")) onRowKey(grid, event, event.target);
  else if (event.target.matches("th")) onHeadKey(grid, event, event.target);
}
