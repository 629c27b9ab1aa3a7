// Leader: one tab of the browser holds the stream for all tabs and passes on what comes.
// The Web Lock goes to the next tab when its holder closes. Without Web Locks (plain HTTP from another machine) a tab
// holds a stream of its own while it can be seen.

const NAME = "stillframe-live", ROUTE = "/live/stream";
const SETTLE = 60, CALL_EVERY = 20_000, FORGET_AFTER = 180_000, FIRST_RETRY = 5_000, AGAIN = 1_000, LAST_RETRY = 60_000;

/** An event of the stream. Long ones are compressed. */
async function decoded(text) {
  if (text.startsWith("{")) return JSON.parse(text);
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return parsed(bytes);
}

class Leader {
  /** `receive` gets every event, whichever tab holds the stream. */
  constructor(receive) {
    this.receive = receive;
    this.tab = Math.random().toString(36).slice(2);
    this.mine = { token: "", version: "" };
    this.calls = new Map(); // by tab: token, version, and when it called
    this.sent = new Map(); // by token: the version that the stream sent or was asked for
    this.turn = Promise.resolve();
    this.retry = FIRST_RETRY;
    this.isHolder = false;
    this.channel = new BroadcastChannel(NAME);
    this.channel.onmessage = ({ data }) => this.hear(data);
    setInterval(() => this.call(true), CALL_EVERY);
    addEventListener("pagehide", () => this.leave());
    if (!navigator.locks) document.addEventListener("visibilitychange", () => this.standIn());
  }

  /** Follow a page from a version on. Without a token follow nothing. */
  want(token, version) {
    this.mine = { token, version };
    this.call(false);
    if (navigator.locks) this.stand();
    else this.standIn();
  }

  /** Tell the tab that holds the stream what this one shows. */
  call(isAgain) {
    const call = { tab: this.tab, ...this.mine, isAgain };
    this.note(call);
    if (navigator.locks) this.channel.postMessage({ call });
  }

  hear({ call, gone, event, who }) {
    if (event) this.receive(event);
    if (who) this.call(false);
    if (!this.isHolder) return;
    if (gone) this.calls.delete(gone);
    if (call) this.note(call);
    if (gone) this.connect();
  }

  note(call) {
    if (!this.isHolder) return;
    const before = this.calls.get(call.tab);
    this.calls.set(call.tab, { ...call, at: Date.now() });
    for (const [tab, { at }] of this.calls) if (Date.now() - at > FORGET_AFTER) this.calls.delete(tab);
    if (!call.isAgain || before?.token !== call.token) this.connect();
  }

  /** Wait for the stream, behind the tab that holds it. With `steal` take it from a tab that has fallen silent. */
  stand(steal = false) {
    if (this.isHolder || (this.isWaiting && !steal)) return;
    this.isWaiting = true;
    const options = steal ? { steal: true } : {};
    navigator.locks.request(NAME, options, () => new Promise(() => this.hold())).catch(() => this.lose());
  }

  /** Another tab took the stream. */
  lose() {
    this.letGo();
    setTimeout(() => this.stand(), AGAIN);
  }

  /** Nothing came for long: open the stream again, or take it from the tab that holds it. */
  revive() {
    if (this.isHolder) this.open(true);
    else if (navigator.locks) this.stand(true);
    else this.standIn();
  }

  /** Without Web Locks: hold a stream while this tab can be seen. */
  standIn() {
    if (document.visibilityState === "visible" && !this.isHolder) this.hold();
    else if (document.visibilityState !== "visible") this.letGo();
  }

  hold() {
    this.isHolder = true;
    this.calls.clear();
    this.sent.clear();
    this.call(false);
    if (navigator.locks) this.channel.postMessage({ who: true });
  }

  letGo() {
    this.isHolder = this.isWaiting = false;
    this.source?.close();
    this.source = null;
  }

  leave() {
    if (navigator.locks) this.channel.postMessage({ gone: this.tab });
    this.letGo();
  }

  /** Open the stream for all tabs that called. It stays as it is if it serves them already. */
  connect() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.isHolder && this.open(), SETTLE);
  }

  open(isRetry = false) {
    const shown = new Map();
    for (const { token, version } of this.calls.values()) if (token) shown.set(token, version);
    const serves = [...shown].every(([token, version]) => this.sent.get(token) === version);
    if (!isRetry && this.source && serves && shown.size === this.sent.size) return;
    this.source?.close();
    this.sent = shown;
    this.source = null;
    if (!shown.size) return;
    const query = [...shown].map(([token, version]) => `see=${token}.${version}`).join("&");
    this.listen(new EventSource(`${ROUTE}?${query}`));
  }

  listen(source) {
    this.source = source;
    source.onmessage = ({ data }) => {
      this.retry = FIRST_RETRY;
      this.turn = this.turn.then(() => decoded(data)).then((event) => source === this.source && this.pass(event)).catch(() => {});
    };
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED || source !== this.source) return; // the browser connects again
      this.source = null;
      setTimeout(() => this.isHolder && !this.source && this.open(true), this.retry);
      this.retry = Math.min(this.retry * 2, LAST_RETRY);
    };
  }

  pass(event) {
    if (event.version) this.sent.set(event.token, event.version);
    for (const call of this.calls.values()) if (event.version && call.token === event.token) call.version = event.version;
    if (navigator.locks) this.channel.postMessage({ event });
    this.receive(event);
  }
}
