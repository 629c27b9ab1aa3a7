// The first sheet: all of the page, drawn before Streamlit runs. Streamlit's sheet takes it over as it is.
//
// `styled` resolves once our style sheets are there.
async function firstSheet(root, styled) {
  const link = document.querySelector("link[data-sheet]"), frame = document.getElementById("first-frame");
  if (!link) return;
  let scrolled = 0; // asking at the end would let the browser lay out the page once more
  const follow = (box) => box?.addEventListener("scroll", () => { scrolled = box.scrollTop; }, { passive: true });
  follow(frame);
  const [response, module] = await Promise.all([fetch(link.href), import(document.querySelector("link[data-module]").href), styled]);
  if (response.status !== 200) return;
  const data = new Uint8Array(await response.arrayBuffer());
  if (root.querySelector(".sf-sheet")) return; // Streamlit was quicker
  const page = Object.assign(document.createElement("main"), { id: "first-page" });
  const sheet = Object.assign(document.createElement("div"), { className: "sf-sheet" });
  page.append(sheet);
  root.before(page);
  follow(page);

  function taken() {
    page.remove();
    const main = root.querySelector('[data-testid="stMain"]');
    if (main && scrolled) main.scrollTop = scrolled;
  }

  if (!(await module.drawFirst(sheet, data, taken))) return;
  if (scrolled) page.scrollTop = scrolled;
  page.append(Object.assign(document.createElement("p"), { className: "late-page", innerHTML: LATE_WORDS }));
  page.className = "complete";
  frame?.remove();
}
