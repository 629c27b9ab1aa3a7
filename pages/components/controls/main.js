// The entry that Streamlit calls at each run. A choice shows at once, and the run confirms it.

const CHOICES = ["select", "buttons", "chips", "toggles", "many", "tabs", "search", "text", "number", "day"];
const isNote = ({ kind }) => kind === "note";

/** True if the controls differ at most in this field. */
function areAlike(some, others, field) {
  const withoutField = (controls) => JSON.stringify(controls, (key, value) => (key === field ? undefined : value));
  return withoutField(some) === withoutField(others);
}

/** What the boxes are made of. Choices, and the texts of buttons, change in place. */
function shapeOf(controls) {
  const values = ({ kind, options }) => (["buttons", "chips", "tabs"].includes(kind) ? options.map(([value]) => value) : options);
  return JSON.stringify(controls.map(({ chosen, disabled, ...control }) => ({ ...control, options: values(control) })));
}

function boxAround(inner) {
  return inner?.closest?.("[data-name]");
}

class Controls {
  constructor(root) {
    this.root = root;
    this.controls = [];
  }

  /**
   * Take the controls of a run. Alike ones stay, and with them an open list, a typed text and the focus. `isBehind` if
   * the viewer has chosen something since: then the choices stay too.
   */
  update({ controls }, isBehind) {
    if (isBehind) this.keepChosen(controls);
    const stay = this.boxes && shapeOf(controls) === shapeOf(this.controls);
    this.controls = controls;
    if (!stay) this.build();
    this.boxes.forEach((box, at) => {
      showTexts(box, controls[at]);
      showChosen(box, controls[at]);
    });
  }

  keepChosen(controls) {
    for (const control of controls.filter(({ kind }) => CHOICES.includes(kind))) {
      const before = this.controls.find(({ name, kind }) => name === control.name && kind === control.kind);
      if (before) control.chosen = before.chosen;
    }
  }

  /** Take the words that the stream brings. Buttons stay where they are. */
  renew({ controls }) {
    const notes = controls.filter(isNote), before = this.controls.filter(isNote);
    if (!this.boxes || !areAlike(notes, before, "label")) return;
    before.forEach((control, at) => (control.label = notes[at].label));
    this.boxes.forEach((box, at) => {
      const newer = controls.find(({ name, kind }) => name === this.controls[at].name && kind === this.controls[at].kind);
      if (isNote(this.controls[at])) box.textContent = this.controls[at].label;
      else if (newer) showTexts(box, newer);
    });
  }

  build() {
    const focused = this.root.getRootNode().activeElement, name = boxAround(focused)?.dataset.name;
    const typed = new Map(this.inputs.map((input) => [boxAround(input).dataset.name, input.value]));
    const open = [...this.root.querySelectorAll("details[open]")].map((menu) => menu.dataset.menu);
    this.boxes = this.controls.map((control, at) => this.boxOf(control, at));
    this.root.replaceChildren(...this.inMenus());
    for (const menu of this.root.querySelectorAll("details")) {
      menu.open = open.includes(menu.dataset.menu);
      if (menu.open) menu.fill?.();
    }
    for (const input of this.inputs) {
      input.value = typed.get(boxAround(input).dataset.name) ?? "";
      if (input.value && input.matches(".within")) input.dispatchEvent(new Event("input"));
    }
    if (name) this.focus(name, focused.matches(".within") ? ".within" : "", focused.dataset.value);
  }

  get inputs() {
    return [...this.root.querySelectorAll("input:not([type=checkbox])")];
  }

  boxOf(control, at) {
    const box = KINDS[control.kind](control, (value) => this.choose(at, value));
    box.dataset.name = control.name;
    return box;
  }

  /** The children of the line: single controls, and menus where their first control stands. */
  inMenus() {
    const menus = new Map();
    this.controls.forEach(({ menu }, at) => {
      if (menu && !menus.has(menu)) menus.set(menu, menuOf(menu));
      if (menu) menus.get(menu).lastElementChild.append(this.boxes[at]);
    });
    return [...new Set(this.controls.map(({ menu }, at) => menus.get(menu) ?? this.boxes[at]))];
  }

  /** Focus the element with a value in the box of this name, else that of a selector, else the first one. */
  focus(name, selector, value) {
    const box = this.boxes.find((other) => other.dataset.name === name);
    const same = value && box?.querySelector(`[data-value="${CSS.escape(value)}"]`);
    (same || (selector && box?.querySelector(selector)) || box?.querySelector("select, input, button, summary"))?.focus();
  }

  choose(at, value) {
    const control = this.controls[at], chosen = chosenAfter(control, value);
    if (["buttons", "tabs"].includes(control.kind) && control.chosen[0] === value) return;
    if (CHOICES.includes(control.kind)) control.chosen = chosen;
    showChosen(this.boxes[at], control);
    this.send("chosen", JSON.stringify([control.name, chosen]));
  }
}

const LINES = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".sf-controls");
  if (!LINES.has(root)) LINES.set(root, new Controls(root));
  const line = LINES.get(root);
  line.send = component.setTriggerValue;
  parsed(component.data).then((content) => line.update(content, component.isBehind?.()));
  follow(root, component.data, (content) => line.renew(content));
}
