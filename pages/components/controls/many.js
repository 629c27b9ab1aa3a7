// A list of many options, of which any number is chosen. It opens like a menu, and a search narrows it.

// Fewer options are in sight without a search.
const SEARCHED_FROM = 9;

function manyOf(control, choose) {
  const box = element("div", "group"), menu = menuOf(control.name);
  const [summary, sheet] = menu.children;
  if (control.is_label_shown) box.append(element("span", "label", control.label));
  menu.classList.add("many");
  box.chosen = control.chosen;
  // Options of a closed list cost nothing.
  menu.fill = () => {
    if (sheet.firstChild) return;
    sheet.append(...listOf(control, choose));
    showMany(box, { ...control, chosen: box.chosen });
  };
  summary.addEventListener("click", menu.fill);
  menu.addEventListener("toggle", () => {
    if (menu.open && matchMedia("(pointer: fine)").matches) sheet.querySelector(".within")?.focus();
  });
  box.append(menu);
  return box;
}

function listOf(control, choose) {
  const list = element("div", "options");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", control.label);
  for (const [value, text] of control.options) {
    const label = element("label"), check = Object.assign(element("input"), { type: "checkbox" });
    check.dataset.value = value;
    check.addEventListener("change", () => choose(value));
    label.append(check, text);
    list.append(label);
  }
  return control.options.length < SEARCHED_FROM ? [list] : [withinOf(control, list), list];
}

/** The search within a list. Enter chooses the first option that it leaves. */
function withinOf(control, list) {
  const input = Object.assign(element("input", "within"), { type: "search", placeholder: "Search", autocomplete: "off" });
  input.setAttribute("aria-label", `Search in ${control.label}`);
  input.addEventListener("input", () => {
    const words = input.value.trim().toLowerCase();
    for (const label of list.children) label.hidden = !label.textContent.toLowerCase().includes(words);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && input.value.trim()) list.querySelector("label:not([hidden]) input")?.click();
  });
  return input;
}

/** Show what is chosen: the first option with the number of others, and the checks of an open list. */
function showMany(box, { label, hint, options, chosen }) {
  box.chosen = chosen;
  const summary = box.querySelector("summary"), [first, ...others] = chosen;
  const text = options.find(([value]) => value === first)?.[1] ?? first;
  summary.textContent = first === undefined ? hint : others.length ? `${text} + ${others.length}` : text;
  summary.setAttribute("aria-label", `${label}: ${summary.textContent}`);
  summary.classList.toggle("chosen", first !== undefined);
  for (const check of box.querySelectorAll("[type=checkbox]")) check.checked = chosen.includes(check.dataset.value);
}
