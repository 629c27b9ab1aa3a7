// Lines that lead on. A plain click stays in this page, other clicks open the link of the line.

/** Scroll to the container with this key, unless most of what it leads is in view already. */
function bringIntoView(key) {
  const list = document.querySelector(`.st-key-${key}`), top = list?.getBoundingClientRect().top ?? 0;
  if (top < 0 || top > innerHeight / 2) list.scrollIntoView({ block: "start" });
}

function textOf(className, textContent) {
  return Object.assign(document.createElement("b"), { className, textContent });
}

function lineOf(lead, lines) {
  const name = lead.link ? "a" : lead.chosen ? "button" : "span";
  const line = Object.assign(document.createElement(name), { className: lead.warns ? "warns" : "", title: lead.why });
  line.classList.toggle("wide", lead.is_wide);
  line.append(...["words", "tail", "short"].filter((text) => lead[text]).flatMap((text) => [textOf(text, lead[text]), " "]));
  if (lead.link) line.href = lead.link;
  if (name === "button") line.type = "button";
  line.addEventListener("click", (event) => {
    if (!lead.chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    lines.send("chosen", lead.chosen);
    if (lead.narrowed) bringIntoView(lead.narrowed);
  });
  return line;
}

class Lines {
  constructor(root) {
    this.root = root;
  }

  /** Draw the lines. The focus stays on its line. */
  update({ leads, is_row }) {
    this.root.classList.toggle("row", is_row);
    const focused = [...this.root.children].indexOf(this.root.getRootNode().activeElement);
    this.root.replaceChildren(...leads.map((lead) => lineOf(lead, this)));
    this.root.children[focused]?.focus();
  }
}

const MAPS = new WeakSet(); // those that lead on
let newest; // the lines that send where they lead

/** Let the tiles of a map of Plotly lead to what their `customdata` names. */
function leadFromMap(map) {
  if (!map || MAPS.has(map)) return;
  MAPS.add(map);
  map.on("plotly_treemapclick", ({ points: [{ customdata }] }) => {
    if (customdata) newest.send("chosen", customdata);
    return false; // Plotly would open the tile, until the map is drawn anew
  });
}

/** Follow links of the page's own HTML, such as the periods of the headline, without loading the app anew.
 *
 * A lead such as "#positions_place" is a section of this page. */
function followLinks(lines) {
  window.stillframeLeads?.abort();
  const links = (window.stillframeLeads = new AbortController());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-lead]");
    if (!link || !lines.root.isConnected || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const lead = link.dataset.lead;
    if (lead.startsWith("#")) document.querySelector(`.st-key-${lead.slice(1)}`)?.scrollIntoView({ block: "start" });
    else lines.send("chosen", lead);
  }, { signal: links.signal });
  newest = lines;
  document.addEventListener("click", ({ target }) => leadFromMap(target.closest?.(".js-plotly-plot")), {
    signal: links.signal, capture: true, // before Plotly has the click
  });
}

const LINES = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".sf-leads");
  if (!LINES.has(root)) LINES.set(root, new Lines(root));
  const lines = LINES.get(root);
  lines.send = component.setTriggerValue;
  followLinks(lines);
  parsed(component.data).then((content) => lines.update(content));
  follow(root, component.data, (content) => lines.update(content));
}
