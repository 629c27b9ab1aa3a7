// The bar, and the entry that Streamlit calls at each run. On a phone the first pages and More are a bar at the bottom.

const ON_PHONE = 4, MENU = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 4.5h12M2 11.5h12"/><circle cx="10" cy="4.5" r="1.8"/><circle cx="6" cy="11.5" r="1.8"/></svg>';
const BARS = new WeakMap();

function group(name) {
  return Object.assign(document.createElement("div"), { className: name });
}

class Bar {
  constructor(root) {
    this.root = root;
    this.drawn = {};
    this.life = new AbortController(); // of what listens outside of the bar
    this.logo = group("logo");
    this.logo.innerHTML = '<span role="img" aria-label="Stillframe"><b>Stillframe</b></span>';
    this.links = Object.assign(document.createElement("nav"), { className: "pages" });
    this.links.setAttribute("aria-label", "Pages");
    this.more = Object.assign(document.createElement("nav"), { className: "pages more-pages" });
    this.more.setAttribute("aria-label", "More pages");
    [this.accounts, this.moments, this.currency, this.settings] = ["accounts", "moments", "currency", "settings"].map(group);
    this.badge = new Badge(this);
    this.search = new Search(this);
    this.theme = button("theme", "");
    this.theme.addEventListener("click", () => switchTheme());
    this.opener = button("opener", "", "More");
    this.opener.innerHTML = `${MENU}<span>More</span>`;
    const menu = group("menu-place");
    menu.append(this.opener, menuOf(this.opener, "More", [this.settings]));
    fadeEdges(this.accounts);
    root.append(this.logo, this.links, this.more, group("spring"), this.search.opener, this.accounts, this.moments, this.currency, this.badge.root, this.theme, menu, this.search.dialog);
    this.menu = menu;
    followTabs((name, value) => this.follow(name, value), this.life.signal);
    watchScrolling();
    nameManifest();
    NARROW.addEventListener("change", () => this.shown && this.update(this.shown, true), { signal: this.life.signal });
    addEventListener("keydown", (event) => root.isConnected && onShortcut(event, this), { signal: this.life.signal });
  }

  /** The page has another bar now. */
  end(ticking) {
    clearInterval(ticking);
    this.life.abort();
  }

  /** Take the content of a run. `isBehind` if the viewer has chosen something since. */
  update(bar, isBehind) {
    this.shown = bar;
    this.latest = bar.moments.latest;
    this.kept = Object.fromEntries(bar.settings.map(({ name, chosen }) => [name, chosen]));
    this.search.content = bar;
    followPlace(this.search.dialog, bar.coins_place, ({ coins }) => Object.assign(this.shown, { coins }));
    this.drawPages(bar);
    this.draw("accounts", [bar.accounts, NARROW.matches], () => accountsOf(bar, this));
    if (!isBehind) this.chosenAccounts = bar.chosen_accounts;
    showAccounts(this.accounts, this.chosenAccounts);
    const { latest, ...moments } = bar.moments;
    this.draw("moments", moments.chosen === "Now" ? { ...moments, value: "" } : moments, () => momentsOf(bar, this));
    this.draw("currency", [bar.currencies, bar.currency], () => [selectOf("currency", "Currency", bar.currencies, bar.currency, this)]);
    this.draw("settings", [bar.settings, bar.pages, bar.currency, bar.viewer, bar.sign_out_token, bar.zone_words], () => this.settingsOf(bar));
    this.badge.update(bar.badge);
    // Asking for sizes and colours earlier would make the browser work out styles and places once more.
    requestAnimationFrame(() => {
      this.root.classList.toggle("large", areLarge(sizeOfLetters()));
      nameTheme(this.theme);
    });
  }

  /** Another tab of this browser made a choice that counts for all of them. */
  follow(name, value) {
    const isOther = this.root.isConnected && this.kept[name] !== undefined && this.kept[name] !== value;
    if (isOther) this.sendAlone(name, value);
  }

  switchAccount(name) {
    const chosen = this.chosenAccounts;
    this.chosenAccounts = chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name];
    showAccounts(this.accounts, this.chosenAccounts);
    this.send("account", this.chosenAccounts.join("\n"));
  }

  /** Draw a group again if its content has changed. The focus stays on its control. */
  draw(name, content, make) {
    const text = JSON.stringify(content);
    if (this.drawn[name] === text) return;
    this.drawn[name] = text;
    const controls = () => [...this[name].querySelectorAll("button, input, select, a")];
    const focused = controls().indexOf(this.root.getRootNode().activeElement);
    this[name].replaceChildren(...make());
    controls()[focused]?.focus();
  }

  drawPages({ pages, here, is_demo: isDemo }) {
    const text = JSON.stringify([pages, here, isDemo]);
    if (this.drawn.pages === text) return;
    this.drawn.pages = text;
    if (isDemo && !this.logo.querySelector(".demo")) this.logo.append(Object.assign(document.createElement("span"), { className: "demo", textContent: "DEMO", title: "Simulated data" }));
    this.links.replaceChildren(...pages.slice(0, ON_PHONE).map((page) => this.linkTo(page, here)));
    this.more.replaceChildren(...pages.slice(ON_PHONE).map((page) => this.linkTo(page, here)));
    this.menu.classList.toggle("here", pages.slice(ON_PHONE).some((page) => page.path === here));
  }

  linkTo({ path, name, address }, here) {
    const link = Object.assign(document.createElement("a"), { href: address, textContent: name });
    if (path === here) link.setAttribute("aria-current", "page");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      closeMenus(this.root);
      if (path === here) return;
      this.send("page", path);
      leaveUnlessHeard(link.href);
    });
    return link;
  }

  /** The settings, on a phone also the pages and the currency, which have no room in the bar. */
  settingsOf(bar) {
    const search = group("phone-search"), pages = group("phone-pages"), currency = group("phone-currency");
    search.append(button("", "Search orders, coins, accounts"));
    search.firstChild.addEventListener("click", () => this.search.open());
    pages.append(...bar.pages.slice(ON_PHONE).map((page) => this.linkTo(page, bar.here)));
    currency.append(settingOf({ name: "currency", label: "Currency", chosen: bar.currency, options: bar.currencies, help: "" }, this));
    const theme = group("phone-theme");
    theme.append(button("", "Light or dark theme"));
    theme.firstChild.addEventListener("click", () => switchTheme());
    const zone = Object.assign(document.createElement("p"), { textContent: bar.zone_words });
    return [search, pages, currency, ...bar.settings.map((setting) => settingOf(setting, this)), theme, zone, ...viewerOf(bar)];
  }
}

/** Name the manifest and the icon, so that a phone can install the app. Streamlit's own page names none. */
function nameManifest() {
  if (document.querySelector('link[rel="manifest"]')) return;
  const links = [{ rel: "manifest", href: "/manifest.webmanifest", crossOrigin: "use-credentials" }, { rel: "apple-touch-icon", href: "/app-icon-180.png" }];
  for (const link of links) document.head.append(Object.assign(document.createElement("link"), link));
}

/** Put the focus on the heading of another page, which took the place of the focused element. A screen reader says it. */
async function followPage(here) {
  const isOther = window.stillframeHere !== undefined && window.stillframeHere !== here;
  window.stillframeHere = here;
  if (!isOther) return;
  // The page that is left still lies over this one, which can have no focus until then.
  while (document.getElementById("first-page")) await new Promise(requestAnimationFrame);
  if (document.activeElement !== document.body) return;
  const heading = document.querySelector("#root h1.sf-title");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-bar");
  if (BARS.get(root)?.life.signal.aborted !== false) {
    root.replaceChildren();
    BARS.set(root, new Bar(root));
  }
  const bar = BARS.get(root);
  bar.sendAlone = component.setTriggerValue;
  bar.send = (name, value) => {
    keep(name, value);
    tellTabs(name, value);
    bar.sendAlone(name, value);
  };
  parsed(component.data).then((content) => {
    bar.update(content, component.isBehind());
    followPage(content.here);
  });
}
