// The entry that Streamlit calls at each run. The window is listened to once, whatever is mounted again.

function button(root) {
  const made = document.createElement("button");
  made.type = "button";
  made.addEventListener("click", switchTheme);
  root.append(made);
  return made;
}

/** Name the manifest and the icon, so that a phone can install the app. Streamlit's own page names none. */
function nameManifest() {
  if (document.querySelector('link[rel="manifest"]')) return;
  const links = [{ rel: "manifest", href: "/manifest.webmanifest", crossOrigin: "use-credentials" }, { rel: "apple-touch-icon", href: "/app-icon-180.png" }];
  for (const link of links) document.head.append(Object.assign(document.createElement("link"), link));
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-shell");
  const made = root.querySelector("button") ?? button(root), words = isDark() ? "Light theme" : "Dark theme";
  spreadScheme();
  made.textContent = isDark() ? "☀" : "☾";
  made.title = words;
  made.setAttribute("aria-label", words);
  window.stillframeShell?.abort();
  const shell = (window.stillframeShell = new AbortController());
  addEventListener("keydown", (event) => onShortcut(event, root), { signal: shell.signal });
  if (!window.stillframeScroll) {
    window.stillframeScroll = true;
    watchScrolling();
    watchLinks();
    nameManifest();
  }
}
