// The entry that Streamlit calls at each run, and redrawing when the width changes.

const MOST_LETTERS = 2; // larger ones would leave no room for the curve

class ChartView {
  constructor(root) {
    this.root = root;
    root.tabIndex = 0;
    root.addEventListener("pointermove", (event) => this.point(event));
    root.addEventListener("pointerdown", (event) => this.point(event));
    root.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hideNote(this));
    root.addEventListener("keydown", (event) => this.chart && onArrow(this, event));
    new ResizeObserver(() => this.chart && this.draw()).observe(root);
  }

  update(chart) {
    const moment = this.note && !this.note.hidden ? this.moment : undefined;
    this.chart = chart;
    this.root.style.setProperty("--gain", chart.gain);
    this.root.style.setProperty("--loss", chart.loss);
    this.draw();
    if (moment !== undefined) showNote(this, moment); // what the viewer points at stays
  }

  draw() {
    const width = this.root.clientWidth;
    if (!width || (this.drawnChart === this.chart && this.drawnWidth === width)) return;
    [this.drawnChart, this.drawnWidth] = [this.chart, width];
    const letters = Math.min(sizeOfLetters(), MOST_LETTERS);
    this.root.style.setProperty("--letters", letters);
    const legend = this.chart.has_legend ? [legendOf(this.chart)] : [];
    this.root.style.height = `${this.chart.height}px`;
    this.root.replaceChildren(...legend);
    const [picture, scale] = drawn(this.chart, width, this.chart.height - (legend[0]?.offsetHeight ?? 0), letters);
    this.scale = scale;
    this.line = shape("line", { y1: scale.top, y2: scale.top + scale.plotHeight, class: "pointer", hidden: "" });
    picture.append(this.line);
    this.note = Object.assign(document.createElement("div"), { className: "note", hidden: true });
    this.note.setAttribute("role", "status");
    this.root.append(picture, this.note);
  }

  point(event) {
    if (this.scale) showNote(this, this.scale.time(event.clientX - this.root.getBoundingClientRect().left));
  }
}

const VIEWS = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".sf-chart");
  if (!VIEWS.has(root)) VIEWS.set(root, new ChartView(root));
  const view = VIEWS.get(root), turn = (view.turn = (view.turn ?? 0) + 1);
  parsed(component.data).then((chart) => turn === view.turn && view.update(chart));
  follow(root, component.data, (chart) => {
    view.turn += 1;
    view.update(chart);
  });
}
