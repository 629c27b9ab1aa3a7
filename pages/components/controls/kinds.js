// Kinds of controls, as the browser's own elements. Each is other with its choice, and sends a new one by `choose`.

// As in pages/shared/url_choices.py.
const FIRST_DAY = "1970-01-01", LAST_DAY = "2100-01-01";

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function labelled(control, inner) {
  const label = element("label");
  label.append(element("span", control.is_label_shown ? "label" : "hidden", control.label), inner);
  return label;
}

function selectOf(control, choose) {
  const select = element("select");
  for (const [value, text] of control.options) select.append(new Option(text, value));
  select.addEventListener("change", () => choose(select.value));
  return labelled(control, select);
}

function buttonsOf(control, choose) {
  const group = element("div", `group ${control.kind}`), buttons = element("div", "buttons");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", control.label);
  if (control.is_label_shown) group.append(element("span", "label", control.label));
  for (const [value, text] of control.options) {
    const button = Object.assign(element("button", "", text), { type: "button", title: control.hints?.[value] ?? control.hint });
    button.dataset.value = value;
    button.addEventListener("click", () => button.ariaDisabled === "true" || choose(value));
    buttons.append(button);
  }
  group.append(buttons);
  if (control.kind === "tabs") fadeEdges(buttons);
  return group;
}

/** A text with its button. It is emptied when it is sent, and comes back if it was refused. Further options are suggested. */
function fieldOf(control, choose) {
  const form = element("form"), input = element("input"), [, ...suggested] = control.options;
  if (suggested.length) {
    const list = Object.assign(element("datalist"), { id: `suggested-${control.name}` });
    list.append(...suggested.map(([value]) => new Option("", value)));
    input.setAttribute("list", list.id);
    form.append(list);
  }
  Object.assign(input, { type: "text", placeholder: control.hint, autocomplete: "off" });
  form.append(labelled(control, input), Object.assign(element("button", "", control.options[0][1]), { type: "submit" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(input.value);
    input.value = "";
  });
  return form;
}

/** A text that stays. Enter, or leaving the field, sends it. */
function searchOf(control, choose) {
  const input = element("input", control.kind === "number" ? "number" : "search");
  Object.assign(input, { type: "text", placeholder: control.hint, autocomplete: "off", enterKeyHint: "search" });
  if (control.kind === "number") input.inputMode = "decimal";
  input.addEventListener("change", () => choose(input.value.trim()));
  return labelled(control, input);
}

/** A day. While its year is typed it is before the first day, and not sent. */
function dayOf(control, choose) {
  const input = Object.assign(element("input", "day"), { type: "date", min: FIRST_DAY, max: LAST_DAY });
  input.addEventListener("change", () => input.checkValidity() && choose(input.value));
  return labelled(control, input);
}

const KINDS = {
  select: selectOf,
  buttons: buttonsOf,
  chips: buttonsOf,
  toggles: buttonsOf,
  many: manyOf,
  actions: buttonsOf,
  tabs: buttonsOf,
  search: searchOf,
  text: searchOf,
  number: searchOf,
  day: dayOf,
  field: fieldOf,
  note: (control) => element("p", "", control.label),
};

/** The choice after one of a value. Options of toggles keep their own order. */
function chosenAfter({ kind, options, chosen }, value) {
  if (kind === "chips" && chosen.includes(value)) return [options[0][0]];
  if (kind === "toggles" || kind === "many") return options.map(([name]) => name).filter((name) => (name === value) !== chosen.includes(name));
  return kind === "select" && value === "" ? [] : [value];
}

/** Show the choice of a control in its box. A text that is being typed stays. */
function showChosen(box, control) {
  const { kind, chosen, disabled = [] } = control, isTyped = box.matches(":focus-within");
  if (kind === "select") box.querySelector("select").value = chosen[0] ?? "";
  if (["search", "text", "number", "day"].includes(kind) && !isTyped) box.querySelector("input").value = chosen[0] ?? "";
  if (kind === "field") box.querySelector("input").value ||= chosen[0] ?? "";
  if (kind === "many") showMany(box, control);
  if (kind === "actions") for (const button of box.querySelectorAll("button")) button.ariaDisabled = disabled.includes(button.dataset.value);
  if (!["buttons", "chips", "toggles", "tabs"].includes(kind)) return;
  for (const button of box.querySelectorAll("button")) button.setAttribute("aria-pressed", chosen.includes(button.dataset.value));
  if (kind === "tabs") requestAnimationFrame(() => bringIntoLine(box));
}

/** Scroll the line of tabs so far that the chosen one is in sight. */
function bringIntoLine(box) {
  const line = box.querySelector(".buttons"), tab = box.querySelector('[aria-pressed="true"]');
  if (!tab || line.scrollWidth <= line.clientWidth) return;
  const edges = line.getBoundingClientRect(), place = tab.getBoundingClientRect();
  if (place.left < edges.left) line.scrollLeft -= edges.left - place.left + 24;
  else if (place.right > edges.right) line.scrollLeft += place.right - edges.right + 24;
}

/** Show newer texts on buttons that are there. */
function showTexts(box, { kind, options }) {
  if (!["buttons", "chips", "tabs"].includes(kind)) return;
  for (const button of box.querySelectorAll("button")) {
    const text = options.find(([value]) => value === button.dataset.value)?.[1];
    if (text && button.textContent !== text) button.textContent = text;
  }
}
