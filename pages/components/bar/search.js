// Search: a coin leads to its page, an account to its figures, and any text to the orders with it, open and ended.

const MOST_COINS = 6, MOST_ACCOUNTS = 4;
const LENS = '<svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="7" cy="7" r="4.4"/><path d="M10.4 10.4 14 14"/></svg>';

/** The names that contain a text: the same name first, then those that begin with it, short ones first. */
function namesWith(text, names, most) {
  const rank = (name) => [name.toLowerCase() === text, name.toLowerCase().startsWith(text)].filter(Boolean).length;
  const matching = names.filter((name) => name.toLowerCase().includes(text));
  return matching.sort((one, other) => rank(other) - rank(one) || one.length - other.length).slice(0, most);
}

/** The meanings of a text. Each has the event of the bar that leads there, and the path and choices of its address. */
function meaningsOf(typed, { coins, accounts, pages }) {
  const words = typed.trim(), text = words.toLowerCase(), titles = pages.map(({ name }) => name);
  const begun = titles.filter((name) => name.toLowerCase().startsWith(text));
  if (!text) return [];
  return [
    ...namesWith(text, coins, MOST_COINS).map((coin) => ({ kind: "Coin", words: coin, event: "coin", value: coin, path: "coin", choices: { coin } })),
    ...namesWith(text, accounts, MOST_ACCOUNTS).map((name) => ({ kind: "Account", words: name, event: "overview_of", value: name, path: "overview", choices: { account: name } })),
    ...begun.map((name) => ({ kind: "Page", words: name, path: pages[titles.indexOf(name)].path, choices: {} })),
    { kind: "Orders", words: `with “${words}”, open and ended`, event: "find", value: words, path: "open_orders", choices: { find: words } },
  ].filter(({ path }) => pages.some((page) => page.path === path));
}

class Search {
  constructor(bar) {
    this.bar = bar;
    this.content = { coins: [], accounts: [], pages: [] };
    this.opener = button("theme search", "", "Search (/)");
    this.opener.innerHTML = LENS;
    this.opener.addEventListener("click", () => this.open());
    this.dialog = Object.assign(document.createElement("dialog"), { className: "finder" });
    this.dialog.setAttribute("aria-label", "Search");
    this.dialog.innerHTML = `<input type="text" inputmode="search" role="combobox" aria-label="Search" aria-controls="meanings" aria-autocomplete="list"
      placeholder="Order id, coin or account" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go" autofocus><ul id="meanings" role="listbox" aria-label="Results"></ul>`;
    [this.input, this.list] = this.dialog.children;
    this.input.addEventListener("input", () => this.show(0));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  open() {
    closeMenus(this.bar.root);
    this.input.value = "";
    this.show(0);
    this.dialog.showModal();
  }

  /** List the meanings of what is typed, with one of them chosen. */
  show(chosen) {
    this.chosen = chosen;
    this.meanings = meaningsOf(this.input.value, this.content);
    this.list.replaceChildren(...this.meanings.map((meaning, at) => this.lineOf(meaning, at)));
    this.list.children[chosen]?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-expanded", String(this.meanings.length > 0));
    this.input.setAttribute("aria-activedescendant", this.meanings.length ? `meaning-${chosen}` : "");
  }

  lineOf(meaning, at) {
    const line = Object.assign(document.createElement("li"), { id: `meaning-${at}` });
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(at === this.chosen));
    const link = Object.assign(document.createElement("a"), { href: this.addressOf(meaning), tabIndex: -1 });
    link.append(Object.assign(document.createElement("i"), { textContent: meaning.kind }), meaning.words);
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.lead(meaning);
    });
    line.append(link);
    return line;
  }

  addressOf({ path, choices }) {
    const address = new URL(this.content.pages.find((page) => page.path === path).address, location.href);
    for (const [name, value] of Object.entries(choices)) address.searchParams.set(name, value);
    return address.href;
  }

  lead(meaning) {
    this.dialog.close();
    if (!meaning.event) return goTo(new URL(this.addressOf(meaning)).pathname, this.bar);
    this.bar.send(meaning.event, meaning.value);
    leaveUnlessHeard(this.addressOf(meaning));
  }

  onKey(event) {
    const count = this.meanings.length, step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || !count) return;
    if (step) this.show((this.chosen + step + count) % count);
    else if (event.key === "Enter") this.lead(this.meanings[this.chosen]);
    else return;
    event.preventDefault();
  }
}
