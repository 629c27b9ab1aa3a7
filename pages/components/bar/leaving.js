// Leaving: a tap on a page link while the server restarts is lost. The browser then goes to the page by itself.

// Milliseconds. A server that hears a tap begins to run at once. A page that waits for its turn takes longer to come.
const HEARD_WITHIN = 2000, COMES_WITHIN = 10_000, LOOK_AGAIN = 500, LOOK_FOR = 120_000;
let leavings = 0;

/** Go to an address unless the server leads there soon. A later tap takes the place of this one. */
async function leaveUnlessHeard(address) {
  const app = document.querySelector('[data-testid="stApp"]'), from = location.pathname, number = (leavings += 1), tappedAt = Date.now();
  let goesAt = tappedAt + HEARD_WITHIN;
  const watcher = new MutationObserver(() => {
    if (app.dataset.testScriptState === "running") goesAt = tappedAt + COMES_WITHIN;
  });
  if (app) watcher.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
  const isWanted = () => number === leavings && location.pathname === from;
  for (let now = tappedAt; isWanted() && now < tappedAt + LOOK_FOR; now = Date.now()) {
    // The page that is there stays in sight until the server answers again.
    if (now >= goesAt && (await isAnswering()) && isWanted() && Date.now() >= goesAt) return location.assign(address);
    await new Promise((go) => setTimeout(go, LOOK_AGAIN));
  }
  watcher.disconnect();
}

async function isAnswering() {
  const answer = await fetch("/ping_fast", { cache: "no-store" }).catch(() => null);
  return Boolean(answer?.ok);
}
