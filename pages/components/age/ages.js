// Ages: the state of a page by its sources, at any moment. Without the document, so that tests can run it.

// Nothing arrived from the server for so long, in milliseconds: the page is late, then stale.
const SILENT_LATE = 15_000, SILENT_STALE = 60_000;
const WORDS = { fresh: "Fresh", late: "Late", stale: "Stale", never: "Not seen yet", failing: "Failing" };
const ORDER = ["fresh", "late", "stale", "never", "failing"];

function stateOf([asOf, lateAt, staleAt, isFailing], now) {
  if (isFailing) return "failing";
  if (asOf === null) return "never";
  if (now > staleAt) return "stale";
  return now > lateAt ? "late" : "fresh";
}

function worse(a, b) {
  return ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b;
}

/** The state of a badge, and its text as parts: a word, an age and what it leaves out. `now` is the server's time, `silence` the time since something arrived, and `behind`
 * how many seconds a busy server is late. */
function badgeOf(ages, now, silence, behind = 0) {
  const states = ages.sources.map((source) => stateOf(source, now)), count = states.length;
  const answered = states.filter((each) => each !== "never"), unseen = count - answered.length;
  let state = answered.reduce(worse, answered.length ? "fresh" : "never");
  if (ages.live && silence > SILENT_STALE) state = worse(state, "stale");
  else if (ages.live && silence > SILENT_LATE) state = worse(state, "late");
  const failing = states.filter((each) => each === "failing").length;
  let word = WORDS[state];
  if (failing && failing === count) word = count > 1 ? "All sources failing" : "Failing";
  else if (failing) word = `${failing} of ${count} failing here`;
  const moments = ages.sources.map((source) => source[0]).filter((moment) => moment !== null);
  let age = moments.length ? ageText(now - Math.min(...moments)) : "", rest = "";
  const isSilent = ages.live && silence > SILENT_LATE, isBusy = ages.live && behind > 0 && !isSilent;
  if (isBusy) {
    state = worse(state, "late");
    if (state === "late") word = "Busy";
  }
  // An age is that of the others, so it never stands beside "not seen" alone.
  if (unseen && answered.length && state === "fresh") [state, word, age] = ["never", `${unseen} of ${count} not seen`, ""];
  else if (unseen && answered.length && !failing) rest = `${unseen} not seen`;
  // What was fresh at a past moment is not fresh now.
  if (!ages.live && state === "fresh") [state, word] = ["past", "Past"];
  return { state, word, age, rest, text: `${word}${age && ` · ${age}`}${rest && `, ${rest}`}`, isSilent, isBusy };
}
