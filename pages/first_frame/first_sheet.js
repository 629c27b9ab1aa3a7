// The first sheet: all of the page, drawn before Streamlit runs. Streamlit's sheet takes it over as it is.
//
// `styled` resolves once our style sheets are there.
async function firstSheet(root, styled) {
  const link = document.querySelector("link[data-sheet]"), frame = document.getElementById("first-frame");
  if (!link) return;
  const [response, module] = await Promise.all([fetch(link.href), import(document.querySelector("link[data-module]").href), styled]);
  if (response.status !== 200) return;
  const data = new Uint8Array(await response.arrayBuffer());
  if (root.querySelector(".sf-sheet")) return; // Streamlit was quicker
  const page = Object.assign(document.createElement("main"), { id: "first-page" });
  const sheet = Object.assign(document.createElement("div"), { className: "sf-sheet" });
  page.append(sheet);
  root.before(page);

  let scrolled = 0; // asking at the end would let the browser lay out the page once more
  for (const box of [frame, page]) box?.addEventListener("scroll", () => { scrolled = box.scrollTop; }, { passive: true });

  function taken() {
    page.remove();
    const main = root.querySelector('[data-testid="stMain"]');
    if (main && scrolled) main.scrollTop = scrolled;
  }

  if (!(await module.drawFirst(sheet, data, taken))) return;
  if (scrolled) page.scrollTop = scrolled;
  const words = frame?.querySelector(".late-page");
  if (words) page.append(words);
  page.className = "complete";
  frame?.remove();
}
