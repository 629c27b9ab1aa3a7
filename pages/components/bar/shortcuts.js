// Shortcuts: g and a letter for a page, / for the search, t for the time, ? for this list.

const LETTERS = { o: ["Overview", "/"], r: ["Orders", "/open_orders"], f: ["Trades", "/fills"], c: ["Cash flow", "/transfers"],
  p: ["Performance", "/performance"], k: ["Coin", "/coin"], w: ["Watchlist", "/watchlist"], a: ["Alerts", "/alerts"],
  s: ["Status", "/status"] };
const NEXT_LETTER_WITHIN = 1500;
let leaderAt = 0;

function isTyping(event) {
  const target = event.composedPath()[0];
  return event.ctrlKey || event.metaKey || event.altKey || target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function goTo(path, bar) {
  [...bar.root.querySelectorAll(".pages a")].find((link) => new URL(link.href).pathname === path)?.click();
}

function helpDialog(root) {
  const dialog = Object.assign(document.createElement("dialog"), { className: "help" });
  const rows = Object.entries(LETTERS).map(([letter, [name]]) => [`g ${letter}`, name]);
  rows.push(["/", "Search"], ["t", "Choose a moment"], ["?", "This list"], ["Esc", "Close"]);
  dialog.setAttribute("aria-label", "Keyboard shortcuts");
  const list = document.createElement("dl");
  for (const [keys, words] of rows) {
    list.append(Object.assign(document.createElement("dt"), { textContent: keys }), Object.assign(document.createElement("dd"), { textContent: words }));
  }
  dialog.append(Object.assign(document.createElement("h2"), { textContent: "Keyboard shortcuts" }), list);
  dialog.addEventListener("click", () => dialog.close());
  root.append(dialog);
  return dialog;
}

function onShortcut(event, bar) {
  if (event.isComposing) return undefined; // letters of an input method, which has keys of its own
  if (isTyping(event)) return event.key === "Escape" && event.composedPath()[0].blur?.();
  if (bar.search.dialog.open) return bar.search.input.focus(); // the key goes on with its text
  const isSecond = Date.now() - leaderAt < NEXT_LETTER_WITHIN;
  leaderAt = 0;
  if (isSecond && LETTERS[event.key]) goTo(LETTERS[event.key][1], bar);
  else if (event.key === "g") leaderAt = Date.now();
  else if (event.key === "/") bar.search.open();
  else if (event.key === "t") bar.moments.querySelector(".calendar").click();
  else if (event.key === "?") (bar.root.querySelector("dialog.help") ?? helpDialog(bar.root)).showModal();
  else return;
  event.preventDefault();
}
