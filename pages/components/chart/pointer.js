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

/** What the pointer steps through: candles, bars or the first line. */
function stepsOf(chart) {
  return chart.candles ?? chart.bars[0] ?? chart.lines[0];
}

/** The moment next to a time, the middle of its candle or bar, and the lines of its note: [text, colour]. */
function noteAt(chart, scale, time) {
  const steps = stepsOf(chart), half = (steps.length ?? 0) / 2, at = nearest(steps.times, time - half), moment = steps.times[at], middle = moment + half;
  const lines = [[momentText(chart, scale, moment)]];
  if (chart.candles) {
    const value = (name) => valueText(chart, chart.candles[name][at]);
    lines.push([`Open ${value("open")}  High ${value("high")}`], [`Low ${value("low")}  Close ${value("close")}`]);
  }
  for (const kind of chart.bars) if (kind.values[at] !== null) lines.push(valueLine(chart, kind, kind.values[at]));
  for (const line of chart.lines) {
    const index = nearest(line.times, middle), isElsewhere = !chart.candles && Math.abs(line.times[index] - middle) >= DAY;
    lines.push(valueLine(chart, line, line.values[index], isElsewhere ? ` (${dayText(chart, line.times[index])})` : ""));
  }
  const isClose = (other) => Math.abs(scale.x(other) - scale.x(middle)) < 8;
  for (const mark of chart.marks) if (isClose(mark.at)) lines.push([mark.text]);
  for (const [other, text] of chart.verticals) if (isClose(other)) lines.push([text]);
  return { moment, middle, lines };
}

/** The name and value of a line or bar. `when` names the day if the value is from another one. */
function valueLine(chart, kind, value, when = "") {
  const text = (value ?? null) === null ? "not known" : `${valueText(chart, value)} ${chart.is_masked ? "" : chart.unit}`.trim();
  return [`${kind.name} ${text}${when}`.trim(), chart.has_legend ? kind.ink : ""];
}

function noteLine([text, ink]) {
  const line = Object.assign(document.createElement("div"), { textContent: text, className: ink ?? "" });
  if (ink) line.prepend(Object.assign(document.createElement("i"), { className: "block" }));
  return line;
}

function showNote(view, time) {
  const { chart, scale, root } = view;
  if (!stepsOf(chart)?.times.length) return;
  const { moment, middle, lines } = noteAt(chart, scale, time), x = scale.x(middle);
  view.line.setAttribute("x1", x);
  view.line.setAttribute("x2", x);
  view.line.removeAttribute("hidden");
  view.note.replaceChildren(...lines.map(noteLine));
  view.note.hidden = false;
  const { offsetWidth } = view.note, beside = x > scale.width / 2 ? x - 12 - offsetWidth : x + 12;
  view.note.style.left = `${Math.max(0, Math.min(beside, root.clientWidth - offsetWidth))}px`;
  view.moment = middle;
}

function hideNote(view) {
  view.note.hidden = true;
  view.line.setAttribute("hidden", "");
}

function onArrow(view, event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], steps = stepsOf(view.chart);
  if (event.key === "Escape") return hideNote(view);
  if (!step || !steps?.times.length) return undefined;
  event.preventDefault();
  const half = (steps.length ?? 0) / 2;
  const at = view.moment === undefined ? steps.times.length - 1 : nearest(steps.times, view.moment - half) + step;
  return showNote(view, steps.times[Math.max(0, Math.min(steps.times.length - 1, at))] + half);
}
