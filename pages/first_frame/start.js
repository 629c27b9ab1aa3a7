// The start: the first frame is painted before anything else runs. Then the page's script starts on the server, and
// Streamlit in the browser, which keeps it from painting for a fifth of a second.
(() => {
  const PAINTED_WITHIN = 150; // milliseconds: a tab in the background is not painted
  const COOKIE = "stillframe_frame", YEAR = 31536000; // seconds
  // Streamlit connects at once, without asking first where its server is and which pages may embed it.
  window.__streamlit = {
    ...window.__streamlit,
    BACKEND_BASE_URL: location.origin,
    HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false },
  };
  let hasBegun = false;

  /** The next answer has this theme and this time zone. */
  function remember(chosen, zone) {
    const isDark = chosen ? chosen === "Dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.documentElement.style.colorScheme = isDark ? "dark" : "light"; // later it would change the style of all elements
    document.cookie = `${COOKIE}=${encodeURIComponent(`${chosen}.${zone}`)}; path=/; max-age=${YEAR}; SameSite=Lax`;
    const frame = document.getElementById("first-frame");
    if (frame && chosen) frame.dataset.theme = chosen;
  }

  /** Asking the browser for theme and time zone takes longer than the first paint. */
  function begin() {
    if (hasBegun) return;
    hasBegun = true;
    try {
      const chosen = localStorage.getItem(`stActiveTheme-${location.pathname}-v2`)?.match(/Light|Dark/)?.[0] ?? "";
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
      remember(chosen, zone);
      headStart(chosen, zone);
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
    const { href } = document.querySelector("link[data-main]");
    document.head.append(Object.assign(document.createElement("script"), { type: "module", crossOrigin: "", src: href }));
  }

  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, PAINTED_WITHIN);
})();
