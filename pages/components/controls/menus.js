// Menus: controls that are used rarely. A click elsewhere or Escape closes one.

function menuOf(title) {
  const menu = element("details"), sheet = element("div", "sheet");
  menu.dataset.menu = title;
  menu.append(element("summary", "", title), sheet);
  let opened = null;
  menu.addEventListener("toggle", () => {
    opened?.abort();
    if (!menu.open) return;
    sheet.classList.toggle("left", menu.getBoundingClientRect().left + sheet.offsetWidth > innerWidth);
    opened = new AbortController();
    document.addEventListener("pointerdown", (event) => {
      if (!event.composedPath().includes(menu)) menu.open = false;
    }, { signal: opened.signal, capture: true });
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.firstElementChild.focus();
  });
  return menu;
}
