// The entry that Streamlit calls at each run. The connection outlives the runs and the pages.

// The stream beats every 5 s. Without it the page's script runs as often as this, over Streamlit's own connection.
const SILENT = 12_000, RUN_EVERY = 10_000, TICK = 1000;
// Runs that the stream asks for come at least this far apart. The pause grows while no figures come between them: a proxy
// may send the stream to another process than the page.
const RUN_AGAIN = 3_000, LONGEST_PAUSE = 60_000;
// Streamlit empties the address when the page changes, and no further run would fill it.
const SETTLED = 1000;

/** Put the choices of the page back into an emptied address. */
function fillAddress(query) {
  if (query && !location.search) history.replaceState(history.state, "", `${location.pathname}?${query}${location.hash}`);
}

class Live {
  constructor() {
    this.places = new Places();
    this.newest = this.places.newest;
    this.page = { token: "", version: "", now: false };
    this.offset = 0;
    this.pause = RUN_AGAIN;
    this.heardAt = this.ranAt = Date.now();
    this.silence = new Silence();
    this.leader = new Leader((event) => this.receive(event));
    new MutationObserver(() => closeConnectionError() && this.silence.begin(this.heardAt)).observe(document.body, { childList: true, subtree: true });
    setInterval(() => this.tick(), TICK);
    document.addEventListener("visibilitychange", () => this.tick());
    document.addEventListener("click", ({ target }) => target.closest?.("[data-run]") && this.askForRun(0));
  }

  /** A run of the page's script has drawn `page`. */
  draw(page, run) {
    const isSame = page.token === this.page.token && page.version === this.page.version;
    if (page.token !== this.page.token) this.newest.clear();
    this.page = page;
    this.run = run;
    this.heard(page.at, 0);
    fillAddress(page.query);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => fillAddress(page.query), SETTLED);
    if (!isSame) this.leader.want(page.token, page.version);
  }

  heard(at, behind) {
    this.heardAt = Date.now();
    this.silence.end();
    this.offset = at - this.heardAt;
    if (this.page.token) dispatchEvent(new CustomEvent("stillframe-beat", { detail: { at, behind } }));
  }

  receive(event) {
    this.heard(event.at, event.behind ?? this.behind);
    this.behind = event.behind ?? this.behind;
    if (!event.token || event.token !== this.page.token) return;
    if (event.run) {
      this.askForRun(this.pause);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
      return;
    }
    this.pause = RUN_AGAIN;
    this.page.version = this.leader.mine.version = event.version;
    this.places.show(event.parts, event.at);
  }

  /** Ask Streamlit to run the page's script, not more often than every `pause` milliseconds. */
  askForRun(pause, token = this.page.token) {
    if (token !== this.page.token) return undefined; // it has run meanwhile
    clearTimeout(this.connecting);
    if (!isConnected()) return (this.connecting = setTimeout(() => this.askForRun(pause, token), TICK));
    if (Date.now() - this.ranAt < pause) return setTimeout(() => this.askForRun(pause, token), pause);
    this.ranAt = Date.now();
    return this.run?.("moved", this.ranAt);
  }

  tick() {
    if (this.page.now) countAges(Date.now() + this.offset);
    const silence = Date.now() - this.heardAt;
    if (this.page.token && silence > SILENT) this.silence.begin(this.heardAt);
    if (!this.page.token || silence < SILENT || document.visibilityState !== "visible") return;
    if (Date.now() - this.ranAt < RUN_EVERY) return;
    this.leader.revive();
    this.askForRun(0);
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-live");
  if (!root.firstChild) root.append(document.createElement("span"));
  const live = (window.stillframeLive ??= new Live());
  parsed(component.data).then((page) => live.draw(page, component.setTriggerValue));
}
