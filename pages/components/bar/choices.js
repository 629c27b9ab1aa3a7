// The choices of the view: accounts, moment, currency and settings. Each is made anew only if it has changed.

// More accounts than these would crowd the bar: they are chosen from a list. A phone has room for one chip.
const MOST_CHIPS = 3, NARROW = matchMedia("(max-width: 640px)");
const CALENDAR = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 3.5h12v10H2zM2 6.5h12M5 1.5v3M11 1.5v3"/></svg>';

function pressed(made, isPressed) {
  made.setAttribute("aria-pressed", String(isPressed));
  return made;
}

/** Chips for a few accounts, a list for many. */
function accountsOf({ accounts }, bar) {
  if (accounts.length < 2) return [];
  const chips = accounts.map((name) => {
    const chip = button("chip", name);
    chip.dataset.account = name;
    chip.addEventListener("click", () => bar.switchAccount(name));
    return chip;
  });
  if (accounts.length <= MOST_CHIPS && !NARROW.matches) return chips;
  const opener = button("chip list", "");
  opener.append(document.createElement("span"));
  return [opener, menuOf(opener, "Accounts", chips)];
}

/** Show the choice on chips that are there: their list stays open for several. Without a choice all are shown. */
function showAccounts(group, chosen) {
  const chips = [...group.querySelectorAll("[data-account]")], opener = group.querySelector(".list");
  for (const chip of chips) pressed(chip, chosen.includes(chip.dataset.account));
  if (!opener) return;
  const many = chosen.length ? `${chosen.length} accounts` : "All accounts";
  const short = chosen.length ? `${chosen.length} of ${chips.length}` : "All";
  opener.firstChild.textContent = chosen.length === 1 ? chosen[0] : NARROW.matches ? short : many;
  opener.title = chosen.length === 1 ? chosen[0] : many;
  opener.setAttribute("aria-label", `Accounts: ${chosen.join(", ") || "all"}`);
}

function momentsOf({ moments }, bar) {
  const jumps = moments.shortcuts.map((name) => {
    const jump = pressed(button("jump", name), name === moments.chosen);
    jump.addEventListener("click", () => bar.send("jump", name));
    return jump;
  });
  const opener = pressed(button("jump calendar", "", "Choose a moment"), !moments.chosen);
  opener.innerHTML = CALENDAR;
  return [...jumps, opener, menuOf(opener, "Choose a moment", [calendarOf(moments, bar)])];
}

/** A form with the browser's own calendar. Enter applies as the button does. */
function calendarOf(moments, bar) {
  const form = Object.assign(document.createElement("form"), { className: "sf-moment", noValidate: true });
  form.innerHTML = `<label><span></span><input type="datetime-local" required min="1970-01-01T00:00" autofocus></label>
    <button type="submit">Apply</button><p role="alert" hidden></p>`;
  form.querySelector("span").textContent = `Date and time, ${moments.zone}`;
  const input = form.querySelector("input"), problem = form.querySelector("p");
  input.value = moments.value;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const isAhead = input.value > bar.latest;
    problem.textContent = !input.value ? "Enter a complete date and time." : isAhead ? "This moment lies ahead." : "";
    problem.hidden = !problem.textContent;
    if (!problem.hidden) return;
    closeMenus(bar.root);
    bar.send("moment", input.value.slice(0, 16));
  });
  return form;
}

function selectOf(name, label, options, chosen, bar) {
  const made = document.createElement("select");
  made.setAttribute("aria-label", label);
  made.append(...options.map((option) => new Option(option, option, false, option === chosen)));
  made.addEventListener("change", () => {
    closeMenus(bar.root);
    bar.send(name, made.value);
  });
  return made;
}

function settingOf({ name, label, chosen, options, help }, bar) {
  const line = Object.assign(document.createElement("label"), { className: "setting", title: help });
  let input = selectOf(name, label, options, chosen, bar);
  if (!options.length) {
    input = Object.assign(document.createElement("input"), { type: "checkbox", checked: chosen === "true" });
    input.setAttribute("role", "switch");
    input.addEventListener("change", () => {
      closeMenus(bar.root);
      bar.send(name, String(input.checked));
    });
  }
  line.append(Object.assign(document.createElement("span"), { textContent: label }), input);
  return line;
}

/** The name of the viewer, and the form that signs out. It needs no JavaScript of ours. */
function viewerOf({ viewer, sign_out_token: token }) {
  if (!viewer) return [];
  const form = Object.assign(document.createElement("form"), { className: "viewer", method: "post", action: "/sign-out" });
  const name = Object.assign(document.createElement("span"), { textContent: viewer, title: viewer });
  const input = Object.assign(document.createElement("input"), { type: "hidden", name: "sign_out_token", value: token });
  form.append(name, input, Object.assign(button("", "Sign out"), { type: "submit" }));
  return [form];
}
