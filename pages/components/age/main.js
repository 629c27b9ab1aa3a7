// The entry that Streamlit calls at each run. A timer goes on counting without any run.

const TICK = 500, BADGES = new WeakMap();

class Badge {
  constructor(root) {
    this.root = root;
    root.setAttribute("role", "status");
    setInterval(() => this.draw(), TICK);
    document.addEventListener("visibilitychange", () => this.draw());
  }

  update(ages) {
    this.ages = ages;
    this.arrivedAt = Date.now();
    this.draw();
  }

  draw() {
    if (!this.ages || !this.root.isConnected) return;
    const silence = Date.now() - this.arrivedAt;
    const badge = badgeOf(this.ages, this.ages.at + (this.ages.live ? silence : 0), silence);
    if (this.root.textContent !== badge.text) this.root.textContent = badge.text;
    this.root.dataset.state = badge.state;
    this.root.title = badge.isSilent ? `Nothing has arrived from Stillframe for ${ageText(silence)}. Check your connection.` : "";
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-age");
  if (!BADGES.has(root)) BADGES.set(root, new Badge(root));
  parsed(component.data).then((ages) => BADGES.get(root).update(ages));
}
