// A form with the browser's own calendar. Enter applies as the button does.

const FORMS = new WeakMap();

function formOf(root) {
  root.innerHTML = `<form><label><span></span><input type="datetime-local" required min="1970-01-01T00:00"></label>
    <button type="submit">Apply</button><p role="alert" hidden></p></form>`;
  return root.querySelector("form");
}

function show(root, moment, send) {
  const isNew = !FORMS.has(root), form = isNew ? formOf(root) : FORMS.get(root);
  FORMS.set(root, form);
  const input = form.querySelector("input"), problem = form.querySelector("p");
  form.querySelector("span").textContent = `Date and time, ${moment.zone}`;
  if (isNew || form.dataset.value !== moment.value && root.getRootNode().activeElement !== input) input.value = moment.value;
  form.dataset.value = moment.value;
  form.noValidate = true;
  form.onsubmit = (event) => {
    event.preventDefault();
    const isAhead = input.value > moment.max;
    problem.textContent = !input.value ? "Enter a complete date and time." : isAhead ? "This moment lies ahead." : "";
    problem.hidden = !problem.textContent;
    if (problem.hidden) send("applied", input.value.slice(0, 16));
  };
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-moment");
  parsed(component.data).then((moment) => show(root, moment, component.setTriggerValue));
}
