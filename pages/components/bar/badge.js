// The badge: the freshness of the page, counted in the browser. A click lists the sources.

const TICK = 500;
const LONG = 12; // characters of a word that leaves no room for an age on a phone

class Badge {
  constructor(bar) {
    this.bar = bar;
    this.button = button("age", "", "Freshness of each source");
    this.words = Object.assign(document.createElement("span"), { className: "words" });
    this.words.setAttribute("role", "status");
    this.button.append(this.words);
    this.lights = Object.assign(document.createElement("div"), { className: "lights" });
    this.ask = button("ask", "Refresh now");
    this.ask.addEventListener("click", () => this.bar.send("refresh", ""));
    this.state = document.createElement("p");
    this.menu = menuOf(this.button, "Freshness", [this.lights, this.ask, this.state]);
    this.root = Object.assign(document.createElement("div"), { className: "badge" });
    this.root.append(this.button, this.menu);
    const { signal } = bar.life, ticking = setInterval(() => (this.root.isConnected ? this.draw() : bar.end(ticking)), TICK);
    document.addEventListener("visibilitychange", () => this.draw(), { signal });
    addEventListener("stillframe-beat", ({ detail }) => this.hear(detail), { signal });
  }

  /** A run of the page brings the ages and the state of a requested refresh. */
  update(badge) {
    this.root.hidden = !badge;
    if (!badge) return;
    this.renew(badge.ages);
    this.ask.hidden = this.state.hidden = !badge.refresh;
    this.ask.disabled = Boolean(badge.refresh?.is_waiting);
    this.state.textContent = badge.refresh?.words ?? "";
    followPlace(this.root, badge.place, (ages, at) => this.renew({ ...ages, at, behind: this.ages.behind }));
  }

  /** The server is alive, whether or not there is newer data. */
  hear({ at, behind }) {
    if (this.ages) this.renew({ ...this.ages, at, behind });
  }

  renew(ages) {
    this.ages = ages;
    this.arrivedAt = Date.now();
    if (this.lights.html !== ages.lights) this.lights.innerHTML = this.lights.html = ages.lights;
    this.draw();
  }

  draw() {
    if (!this.ages || !this.root.isConnected) return;
    const silence = Date.now() - this.arrivedAt, now = this.ages.at + (this.ages.live ? silence : 0);
    const badge = badgeOf(this.ages, now, silence, this.ages.behind);
    if (this.words.textContent !== badge.text) this.write(badge);
    this.button.dataset.state = badge.state;
    const busy = badge.isBusy ? "Stillframe has more viewers than it can serve at once. Newer figures arrive late. It catches up by itself." : "";
    this.button.title = badge.isSilent ? `Nothing has arrived from Stillframe for ${ageText(silence)}. Check your connection.` : busy;
    if (this.ages.live && this.menu.matches(":popover-open")) this.countAges(now);
  }

  /** Each part in an element of its own: where there is no room for all, the words break between them. */
  write({ word, age, rest }) {
    const part = (className, ...contents) => {
      const made = Object.assign(document.createElement("span"), { className });
      made.append(...contents);
      return made;
    };
    this.words.classList.toggle("long", word.length > LONG);
    this.words.replaceChildren(part("word", word, ...(age ? [part("old", " ·")] : [])));
    if (age) this.words.append(" ", part("old", age, ...(rest ? [part("rest", ",")] : [])));
    if (rest) this.words.append(" ", part("rest", rest));
  }

  countAges(now) {
    for (const age of this.lights.querySelectorAll("time[data-since]")) age.textContent = ageText(now - Number(age.dataset.since));
  }
}
