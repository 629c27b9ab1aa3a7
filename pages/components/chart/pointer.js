// Pointer: the values at a moment, on hover, on tap and with the arrow keys.

function nearest(times, time) {
  let low = 0, high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - times[low - 1] < times[low] - time ? low - 1 : low;
}

/** The lines of the note at a moment: time, each value, marks and verticals close by. */
function noteAt(chart, scale, time) {
  const lines = [], base = chart.candles ?? chart.lines[0];
  const at = nearest(base.times, time), moment = base.times[at];
  lines.push(momentText(chart, moment));
  if (chart.candles) {
    const value = (name) => valueText(chart, chart.candles[name][at]);
    lines.push(`Open ${value("open")}  High ${value("high")}`, `Low ${value("low")}  Close ${value("close")}`);
  }
  for (const line of chart.lines) {
    const value = line.values[nearest(line.times, moment)];
    const text = value === null || value === undefined ? "not known" : `${valueText(chart, value)} ${chart.is_masked ? "" : chart.unit}`;
    lines.push(line.name ? `${line.name} ${text}` : text);
  }
  const isClose = (other) => Math.abs(scale.x(other) - scale.x(moment)) < 8;
  for (const mark of chart.marks) if (isClose(mark.at)) lines.push(mark.text);
  for (const [other, text] of chart.verticals) if (isClose(other)) lines.push(text);
  return { moment, lines };
}

function showNote(view, time) {
  const { chart, scale, root } = view;
  if (!chart.candles?.times.length && !chart.lines[0]?.times.length) return;
  const { moment, lines } = noteAt(chart, scale, time), x = scale.x(moment);
  view.line.setAttribute("x1", x);
  view.line.setAttribute("x2", x);
  view.line.removeAttribute("hidden");
  view.note.replaceChildren(...lines.map((text) => Object.assign(document.createElement("div"), { textContent: text })));
  view.note.hidden = false;
  const isLeft = x > scale.width / 2;
  view.note.style.left = isLeft ? "auto" : `${x + 12}px`;
  view.note.style.right = isLeft ? `${root.clientWidth - x + 12}px` : "auto";
  view.moment = moment;
}

function hideNote(view) {
  view.note.hidden = true;
  view.line.setAttribute("hidden", "");
}

function onArrow(view, event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === "Escape") return hideNote(view);
  if (!step) return undefined;
  event.preventDefault();
  const times = (view.chart.candles ?? view.chart.lines[0]).times;
  const at = view.moment === undefined ? times.length - 1 : nearest(times, view.moment) + step;
  return showNote(view, times[Math.max(0, Math.min(times.length - 1, at))]);
}
