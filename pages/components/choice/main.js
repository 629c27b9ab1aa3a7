// A choice: radio buttons of the browser, so that arrow keys and screen readers work.

const CHOICES = new WeakMap();

class Choice {
  constructor(root) {
    this.root = root;
    root.setAttribute("role", "radiogroup");
    root.addEventListener("change", ({ target }) => this.send("chosen", target.value));
  }

  /** Draw the options anew only if others came, so that the focus stays. */
  update({ label, options, chosen }) {
    this.root.setAttribute("aria-label", label);
    if (this.drawn !== options.join("\n")) this.root.replaceChildren(...options.map((option) => this.optionOf(option)));
    this.drawn = options.join("\n");
    for (const input of this.root.querySelectorAll("input")) input.checked = input.value === chosen;
  }

  optionOf(option) {
    const label = document.createElement("label"), words = Object.assign(document.createElement("span"), { textContent: option });
    label.append(Object.assign(document.createElement("input"), { type: "radio", name: "choice", value: option }), words);
    return label;
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-choice");
  if (!CHOICES.has(root)) CHOICES.set(root, new Choice(root));
  const choice = CHOICES.get(root);
  choice.send = component.setTriggerValue;
  parsed(component.data).then((content) => choice.update(content));
}
