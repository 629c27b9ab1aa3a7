// Keeping: choices that are about the viewer outlast the page in a cookie. New tabs and bookmarks obey it, and an address
// wins over it. The cookie goes with the next request, so that the first frame never shows amounts that are hidden.

const YEAR = 31_536_000; // seconds. KEPT_COOKIE and KEPT come from model.py

/** The choices in the cookie. One that is not ours, as of another server on this machine, has none. */
function keptBefore() {
  try {
    return decodeURIComponent(document.cookie.match(new RegExp(`(?:^|; )${KEPT_COOKIE}=([^;]*)`))?.[1] ?? "");
  } catch {
    return "";
  }
}

/** Keep a choice, if it is one of those that the browser keeps. */
function keep(name, value) {
  if (!KEPT.includes(name)) return;
  const choices = new URLSearchParams(keptBefore());
  choices.set(name, value);
  document.cookie = `${KEPT_COOKIE}=${encodeURIComponent(choices)}; path=/; max-age=${YEAR}; SameSite=Lax`;
}

// Choices that every open tab follows at once. A currency may differ by tab.
const FOLLOWED = ["hide_amounts", "colours"], TABS = "stillframe-kept";

/** The channel between the tabs. A page has one, so that it does not hear itself. */
function tabs() {
  return (window.stillframeTabs ??= new BroadcastChannel(TABS));
}

function tellTabs(name, value) {
  if (FOLLOWED.includes(name)) tabs().postMessage([name, value]);
}

function followTabs(take, signal) {
  tabs().addEventListener("message", ({ data: [name, value] }) => FOLLOWED.includes(name) && take(name, value), { signal });
}
