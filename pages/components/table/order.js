// The order of rows: sorted by one column, groups kept together.

const RANK_UNKNOWN = 1;

/** Compare two sort values. Unknown values come last in either direction. */
function compared(a, b, sign) {
  const aUnknown = a === null || a === undefined, bUnknown = b === null || b === undefined;
  if (aUnknown || bUnknown) return (aUnknown ? RANK_UNKNOWN : 0) - (bUnknown ? RANK_UNKNOWN : 0);
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
}

/** Indexes of all rows in the order of a column. A group stands where its first row would stand. */
function orderOf(table, sort) {
  const count = table.keys.length;
  const natural = Array.from({ length: count }, (_, row) => row);
  const column = table.columns.find((one) => one.key === sort.key);
  if (!column) return natural;
  const values = column.sort ?? column.texts, sign = sort.descending ? -1 : 1;
  const byValue = natural.toSorted((a, b) => compared(values[a], values[b], sign) || a - b);
  if (!table.groups) return byValue;
  const members = new Map();
  for (const row of byValue) {
    const group = table.groups[row] || `\u0000${row}`;
    if (!members.has(group)) members.set(group, []);
    members.get(group).push(row);
  }
  return [...members.values()].flat();
}

/** The sort that a table begins with: "-value" for descending by value. */
function sortFrom(text) {
  return { key: (text ?? "").replace(/^-/, ""), descending: (text ?? "").startsWith("-") };
}

function textOfSort(sort) {
  return (sort.descending ? "-" : "") + sort.key;
}

/** Numbers begin with the largest, texts with A. A second choice reverses. */
function nextSort(sort, column) {
  if (sort.key === column.key) return { key: column.key, descending: !sort.descending };
  return { key: column.key, descending: Boolean(column.is_number) };
}
