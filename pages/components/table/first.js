// The first rows of a long table: drawn and painted before the browser reads all of them.

const READ_WITHIN = 300; // milliseconds

/**
 * Draw the first rows of a table that follows, unless the first sheet has drawn the same. False if the viewer sorts it in
 * another way, if all rows of a table are drawn, or if there are none.
 */
function begins(grid, line) {
  if (line === null || (grid.table && grid.beginning === null)) return false;
  if (grid.beginning === line) return true;
  const first = JSON.parse(line);
  if ((grid.remembered("sort", first) ?? first.sort) !== first.sort) return false;
  grid.update(first);
  grid.beginning = line;
  return true;
}

/** Let the first rows stand if all rows have the same ones there. False if others belong there. */
function keepsFirst(grid) {
  grid.order = orderOf(grid.table, grid.sort);
  const isSame = ([index, line]) => grid.table.keys[grid.order[index]] === line.dataset.key;
  if (![...grid.lines].every(isSame)) return false;
  for (const column of grid.columns) column.model = modelOf(column);
  return true;
}

/** Act once the browser has painted and has time. */
function whenPainted(act) {
  requestAnimationFrame(() => (globalThis.requestIdleCallback ?? setTimeout)(act, { timeout: READ_WITHIN }));
}
