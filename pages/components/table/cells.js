// Cells: one row of the table as elements. Texts are set as text, never as HTML.

const CARD_HEIGHT = 62, LARGE_CARD_HEIGHT = 130, ACTIONS_HEIGHT = 44, SENTENCE_HEIGHT = 18, ROW_HEIGHT = 36;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A small curve without a library. Its colour follows from its first and last value. */
function curveOf(values) {
  const space = "http://www.w3.org/2000/svg", width = 84, height = 24;
  const low = Math.min(...values), span = Math.max(...values) - low || 1;
  const points = values.map((value, at) => {
    const x = (at / Math.max(values.length - 1, 1)) * width, y = height - 2 - ((value - low) / span) * (height - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const svg = document.createElementNS(space, "svg"), line = document.createElementNS(space, "polyline");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("class", values.at(-1) >= values[0] ? "curve gain" : "curve loss");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("points", points.join(" "));
  svg.append(line);
  return svg;
}

const SIGNED = /[+−]\d[\d,.]*(?: %)?/g;

/** Colour each figure that has a sign, as a column of gains does. */
function colourSigned(inner, text) {
  let end = 0;
  inner.textContent = "";
  for (const match of text.matchAll(SIGNED)) {
    inner.append(text.slice(end, match.index), element("b", match[0][0] === "+" ? "gain" : "loss", match[0]));
    end = match.index + match[0].length;
  }
  inner.append(text.slice(end));
}

/** The empty cell of a column. Cloning it for each row is cheaper than describing each. */
function modelOf(column) {
  const cell = element("td", column.is_number ? "number" : "");
  cell.setAttribute("role", "gridcell");
  cell.dataset.place = column.place ?? "none";
  cell.dataset.label = column.label;
  return cell;
}

function cellOf(column, row, rowLink) {
  const cell = column.model.cloneNode(), link = column.links?.[row] || rowLink, hint = column.hints?.[row];
  const curve = column.lines?.[row], bar = column.bars?.[row];
  const tone = column.tones?.[row], text = column.texts[row] ?? "";
  if (bar !== undefined && bar !== null) {
    cell.classList.add("barred");
    cell.style.setProperty("--share", Math.max(0, Math.min(1, bar)));
  }
  if (curve?.length > 1) cell.append(curveOf(curve));
  if (column.actions) cell.append(...actionsOf(column.actions[row]));
  else if (link || hint || curve || tone === "signed") cell.append(innerOf(link, hint, tone, text));
  else cell.textContent = text;
  if (column.links?.[row]) cell.querySelector("a").classList.add("apart"); // it leads elsewhere than its row
  if (tone && !cell.firstElementChild) cell.classList.add(tone);
  return cell;
}

/** Buttons of a row. The table sends the action of the one that is pressed. */
function actionsOf(actions) {
  return actions.map(([name, words, hint]) => {
    const button = Object.assign(element("button", "action", words), { type: "button", title: hint });
    button.dataset.action = name;
    return button;
  });
}

/** The text of a cell that leads on, has a hint, several colours, or stands beside a curve. */
function innerOf(link, hint, tone, text) {
  const inner = element(link ? "a" : "span", tone, text);
  if (tone === "signed") colourSigned(inner, text);
  if (link) {
    inner.href = link;
    inner.tabIndex = -1;
  }
  if (hint) {
    inner.dataset.hint = hint;
    inner.classList.add("hinted");
  }
  return inner;
}

/** Choices that every page shares. The address lacks those that the viewer did not change. */
const SHARED = new Set(["account", "currency", "as_of", "hide_small", "hide_amounts", "colours"]);

/** True if the page's address shows the row: each choice of the row stands in it. */
function isOpened(link) {
  const here = new URLSearchParams(location.search), there = new URL(link, location.href).searchParams;
  const choices = [...there].filter(([name]) => !SHARED.has(name));
  return choices.length > 0 && choices.every(([name, value]) => here.get(name) === value);
}

/** Mark the row that the page's address shows, after it was opened or closed elsewhere. */
function markOpened(grid) {
  for (const line of grid.body.querySelectorAll("tr.leads")) line.setAttribute("aria-selected", isOpened(grid.linkOf(line)));
}

function headOf(columns, sort) {
  const head = element("thead"), line = element("tr");
  line.setAttribute("role", "row");
  for (const column of columns) {
    const cell = element("th", column.is_number ? "number" : "", column.label);
    cell.setAttribute("role", "columnheader");
    cell.tabIndex = -1;
    cell.dataset.key = column.key;
    cell.setAttribute("aria-sort", sort.key !== column.key ? "none" : sort.descending ? "descending" : "ascending");
    if (column.help) cell.title = column.help;
    line.append(cell);
  }
  head.append(line);
  return head;
}

function rowOf(table, columns, row, index) {
  const line = element("tr");
  line.setAttribute("role", "row");
  line.setAttribute("aria-rowindex", index + 2);
  line.dataset.key = table.keys[row];
  line.dataset.index = index;
  line.tabIndex = -1;
  if (table.groups?.[row]) line.classList.add("grouped");
  const link = table.links?.[row];
  if (link) {
    line.classList.add("leads");
    line.setAttribute("aria-selected", isOpened(link));
  }
  columns.forEach((column, place) => line.append(cellOf(column, row, place === 0 ? link : undefined)));
  return line;
}

/** The lines that the sentences of a card take, which stand in lines of their own. */
function sentenceLines(columns) {
  return Math.max(0, ...columns.map((column) => column.card_lines ?? 0));
}

function cardHeight(columns, letters) {
  const actions = columns.some((column) => column.actions) ? ACTIONS_HEIGHT : 0;
  const lines = areLarge(letters) ? LARGE_CARD_HEIGHT : CARD_HEIGHT;
  return Math.ceil(letters * (lines + sentenceLines(columns) * SENTENCE_HEIGHT + actions));
}

/** The line of a row that was drawn before. If it is not here, whatever stands at its place, so that the focus stays in the table. */
function rowLike(lines, data) {
  const isSame = (line) => data.key !== undefined && line.dataset.key === data.key;
  return lines.find(isSame) ?? lines.find((line) => line.dataset.index === data.index);
}

function space(pixels) {
  const line = element("tr", "space"), cell = element("td");
  line.setAttribute("aria-hidden", "true");
  line.append(cell);
  return resize(line, pixels);
}

function resize(line, pixels) {
  line.style.height = `${pixels}px`;
  line.hidden = pixels === 0;
  return line;
}
