// The theme: Streamlit reads it from the browser's storage at the start, by the path of the address.

function isDark() {
  const page = document.getElementById("first-page") ?? document.querySelector('[data-testid="stApp"]');
  const parts = getComputedStyle(page).backgroundColor.match(/[\d.]+/g).map(Number);
  return parts[0] + parts[1] + parts[2] < 384;
}

/** Name the switch after the other theme. Popovers stand outside of the app, so they get its scheme here. */
function nameTheme(made) {
  const isNight = isDark(), words = isNight ? "Light theme" : "Dark theme", scheme = isNight ? "dark" : "light";
  const page = document.documentElement.style;
  if (page.colorScheme !== scheme) page.colorScheme = scheme;
  made.textContent = isNight ? "☀" : "☾";
  made.title = words;
  made.setAttribute("aria-label", words);
}

/** Choose the other theme for all pages. Streamlit takes it over when it starts. */
function switchTheme() {
  const name = JSON.stringify(isDark() ? "Light" : "Dark");
  const paths = new Set(["/", location.pathname, ...Object.values(LETTERS).map(([, path]) => path)]);
  for (const path of paths) localStorage.setItem(`stActiveTheme-${path}-v2`, name);
  location.reload();
}
