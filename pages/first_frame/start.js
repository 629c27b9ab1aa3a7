// The start: the first frame is painted before anything else runs. Then the page's script starts on the server, and
// Streamlit in the browser, which keeps it from painting for a fifth of a second.
(() => {
  const PAINTED_WITHIN = 150; // milliseconds: a tab in the background is not painted
  // Streamlit connects at once, without asking first where its server is and which pages may embed it.
  window.__streamlit = {
    ...window.__streamlit,
    BACKEND_BASE_URL: location.origin,
    HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false },
  };
  let hasBegun = false;

  function begin() {
    if (hasBegun) return;
    hasBegun = true;
    const { href } = document.querySelector("link[data-main]");
    document.head.append(Object.assign(document.createElement("script"), { type: "module", crossOrigin: "", src: href }));
    try {
      headStart();
    } catch (error) {
      console.warn(`Streamlit connects by itself: ${error}`); // for example if the browser forbids a storage
    }
    // They stand behind the styles that Streamlit adds to the head, so that ours count.
    const root = document.getElementById("root");
    for (const link of document.querySelectorAll("link[data-deferred]")) {
      root.before(Object.assign(link.cloneNode(), { rel: "stylesheet" }));
    }
  }

  requestAnimationFrame(() => setTimeout(begin));
  setTimeout(begin, PAINTED_WITHIN);
})();
