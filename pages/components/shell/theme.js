// The theme: Streamlit reads it from the browser's storage at the start, by the path of the address.

const PATHS = ["/", "/open_orders", "/fills", "/transfers", "/performance", "/coin", "/status"];

function isDark() {
  const parts = getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor.match(/[\d.]+/g).map(Number);
  return parts[0] + parts[1] + parts[2] < 384;
}

/** Choose the other theme for all pages. Streamlit takes it over when it starts. */
function switchTheme() {
  const name = JSON.stringify(isDark() ? "Light" : "Dark");
  for (const path of new Set([...PATHS, location.pathname])) localStorage.setItem(`stActiveTheme-${path}-v2`, name);
  location.reload();
}
