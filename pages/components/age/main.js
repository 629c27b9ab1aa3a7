// The entry that Streamlit calls at each run. A timer goes on counting without any run.

const TICK = 500, BADGES = new WeakMap();

class Badge {
  constructor(root) {
    this.root = root;
    root.setAttribute("role", "status");
    setInterval(() => this.draw(), TICK);
    document.addEventListener("visibilitychange", () => this.draw());
    addEventListener("stillframe-beat", ({ detail }) => this.hear(detail));
  }

  /** The server is alive, whether or not there is newer data. */
  hear({ at, behind }) {
    if (this.ages) this.update({ ...this.ages, at, behind });
  }

  update(ages) {
    this.ages = ages;
    this.arrivedAt = Date.now();
    this.draw();
  }

  draw() {
    if (!this.ages || !this.root.isConnected) return;
    const silence = Date.now() - this.arrivedAt;
    const badge = badgeOf(this.ages, this.ages.at + (this.ages.live ? silence : 0), silence, this.ages.behind);
    if (this.root.textContent !== badge.text) this.root.textContent = badge.text;
    this.root.dataset.state = badge.state;
    const busy = badge.isBusy ? "Stillframe has more viewers than it can serve at once. Newer figures arrive late. It catches up by itself." : "";
    this.root.title = badge.isSilent ? `Nothing has arrived from Stillframe for ${ageText(silence)}. Check your connection.` : busy;
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-age");
  if (!BADGES.has(root)) BADGES.set(root, new Badge(root));
  const badge = BADGES.get(root);
  parsed(component.data).then((ages) => badge.update(ages));
  follow(root, component.data, (ages, at) => badge.update({ ...ages, at, behind: badge.ages?.behind }));
}
