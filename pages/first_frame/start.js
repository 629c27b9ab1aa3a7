// The start: the first frame is painted before anything else runs. Then the page's script starts on the server, and
// Streamlit in the browser, which keeps it from painting for a fifth of a second.
(() => {
  const PAINTED_WITHIN = 150; // milliseconds: a tab in the background is not painted
  const ZONE_AFTER = 5000; // milliseconds: Streamlit has asked for it by then
  const COOKIE = "stillframe_frame", YEAR = 31536000; // seconds
  // Streamlit connects at once, without asking first where its server is and which pages may embed it.
  window.__streamlit = {
    ...window.__streamlit,
    BACKEND_BASE_URL: location.origin,
    HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false },
  };
  let hasBegun = false;

  const zoneOfBrowser = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  /** The time zone of the last visit. "" without one, and for a cookie that is not ours, as of another server here. */
  function zoneBefore() {
    try {
      return decodeURIComponent(document.cookie.match(`(?:^|; )${COOKIE}=([^;]*)`)?.[1] ?? "").split(".")[1] ?? "";
    } catch {
      return "";
    }
  }

  /** The next answer has this theme and this time zone. */
  function remember(chosen, zone) {
    document.cookie = `${COOKIE}=${encodeURIComponent(`${chosen}.${zone}`)}; path=/; max-age=${YEAR}; SameSite=Lax`;
  }

  function showTheme(chosen) {
    const isDark = chosen ? chosen === "Dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.style.colorScheme = isDark ? "dark" : "light"; // later it would change the style of all elements
  }

  /** Asking the browser for a time zone takes longer than the first paint. That of the last visit is nearly always right. */
  function meetViewer() {
    const chosen = localStorage.getItem(`stActiveTheme-${location.pathname}-v2`)?.match(/Light|Dark/)?.[0] ?? "";
    const before = zoneBefore(), zone = before || zoneOfBrowser();
    showTheme(chosen);
    remember(chosen, zone);
    headStart(chosen, zone);
    if (before) setTimeout(() => remember(chosen, zoneOfBrowser()), ZONE_AFTER);
  }

  function begin() {
    if (hasBegun) return;
    hasBegun = true;
    try {
      meetViewer();
    } catch (error) {
      console.warn(`Streamlit connects by itself: ${error}`); // for example if the browser forbids a storage
    }
    // They stand behind the styles that Streamlit adds to the head, so that ours count.
    const root = document.getElementById("root");
    const styled = [...document.querySelectorAll("link[data-deferred]")].map((link) => {
      const sheet = Object.assign(link.cloneNode(), { rel: "stylesheet" });
      root.before(sheet);
      return new Promise((loaded) => sheet.addEventListener("load", loaded));
    });
    firstSheet(root, Promise.all(styled)).catch((error) => console.warn(`The page comes with Streamlit: ${error}`));
    // Each of Streamlit's scripts at once, not when another one names it.
    for (const link of document.querySelectorAll("link[data-later]")) link.rel = "modulepreload";
    const { href } = document.querySelector("link[data-main]");
    document.head.append(Object.assign(document.createElement("script"), { type: "module", crossOrigin: "", src: href }));
  }

  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, PAINTED_WITHIN);
})();
