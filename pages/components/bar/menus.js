// Menus of the bar: the browser's own popovers, placed below their button, above it on the bar of a phone.

const MARGIN = 8;
let menus = 0;

function button(name, words, label = "") {
  const made = Object.assign(document.createElement("button"), { type: "button", className: name, textContent: words });
  if (label) {
    made.setAttribute("aria-label", label);
    made.title = label;
  }
  return made;
}

/** A menu that a button opens. It closes at a click beside it and at Escape. */
function menuOf(opener, label, contents) {
  const menu = Object.assign(document.createElement("div"), { className: "menu", id: `menu-${(menus += 1)}`, popover: "auto" });
  menu.setAttribute("role", "dialog");
  menu.setAttribute("aria-label", label);
  menu.append(...contents);
  opener.popoverTargetElement = menu;
  menu.addEventListener("toggle", () => menu.matches(":popover-open") && put(menu, opener));
  return menu;
}

function put(menu, opener) {
  const from = opener.getBoundingClientRect(), { width, height } = menu.getBoundingClientRect();
  const left = Math.min(Math.max(from.right - width, MARGIN), innerWidth - width - MARGIN);
  const isBelow = from.bottom + height + MARGIN < innerHeight || from.top < innerHeight / 2;
  menu.style.left = `${Math.max(left, MARGIN)}px`;
  menu.style.top = isBelow ? `${from.bottom + MARGIN / 2}px` : `${Math.max(from.top - height - MARGIN / 2, MARGIN)}px`;
}

function closeMenus(root) {
  for (const menu of root.querySelectorAll(":popover-open")) menu.hidePopover();
}
