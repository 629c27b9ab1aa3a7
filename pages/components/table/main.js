// The tools above a table, hints, and the entry that Streamlit calls at each run.

/** Sorting on a phone, where there are no headings, and the choice of columns. */
function tools(grid) {
  const bar = element("div", "tools");
  if (grid.isCards && grid.windows.count > 1) bar.append(sortChoice(grid));
  if (grid.isChoosing) bar.append(columnChoice(grid));
  grid.root.classList.toggle("choosing", grid.isChoosing);
  return bar;
}

function sortChoice(grid) {
  const label = element("label", "sorting", "Sort by "), choice = element("select");
  if (!grid.table.columns.some((column) => column.key === grid.sort.key)) choice.append(element("option", "", "As listed"));
  for (const column of grid.table.columns.filter((each) => !each.actions && !each.for_cards)) {
    for (const descending of [true, false]) {
      const option = element("option", "", `${column.label} ${descending ? "↓" : "↑"}`);
      option.value = textOfSort({ key: column.key, descending });
      option.selected = option.value === textOfSort(grid.sort);
      choice.append(option);
    }
  }
  choice.addEventListener("change", () => grid.resort(sortFrom(choice.value)));
  label.append(choice);
  return label;
}

const COLUMNS_ICON = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 3h12v10H2zM6 3v10M10 3v10"/></svg>';

function columnChoice(grid) {
  const menu = element("details", "columns");
  const summary = element("summary");
  summary.setAttribute("aria-label", "Columns");
  summary.title = "Choose columns";
  summary.innerHTML = COLUMNS_ICON;
  menu.append(summary);
  const list = element("div", "choices");
  grid.table.columns.slice(1).filter((each) => !each.for_cards).forEach((column) => {
    const label = element("label"), box = element("input");
    box.type = "checkbox";
    box.checked = !grid.hidden.has(column.key);
    box.addEventListener("change", () => {
      if (box.checked) grid.hidden.delete(column.key);
      else grid.hidden.add(column.key);
      grid.remember("hidden", JSON.stringify([...grid.hidden]));
      grid.build();
      grid.root.querySelector("details.columns").open = true;
    });
    label.append(box, column.label || column.key);
    list.append(label);
  });
  menu.append(list);
  return menu;
}

/** Show the hint of a cell until the next tap. Touch screens have no hover. */
function showHint(root, target) {
  root.querySelector(".hint")?.remove();
  const hint = element("div", "hint", target.dataset.hint);
  hint.setAttribute("role", "status");
  target.closest("td").append(hint);
  setTimeout(() => document.addEventListener("click", () => hint.remove(), { once: true }));
}

const GRIDS = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector(".sf-table");
  if (!GRIDS.has(root)) GRIDS.set(root, new Grid(root, setTriggerValue));
  const grid = GRIDS.get(root);
  grid.send = setTriggerValue;
  const turn = (grid.turn = (grid.turn ?? 0) + 1);
  const hasBegun = begins(grid, firstLineOf(data));
  if (isBeginning(data)) return;
  root.classList.toggle("unpacking", !grid.table && isCompressed(data));
  const read = () => parsed(data).then((table) => {
    root.classList.remove("unpacking");
    if (turn === grid.turn) grid.update(table, hasBegun); // an older payload that was unpacked later is dropped
  });
  if (hasBegun) whenPainted(read);
  else read();
  follow(root, data, (table) => {
    grid.turn += 1;
    grid.update(table);
  });
}
