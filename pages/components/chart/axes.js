// Axes: a few round values on the right, a few round moments below.

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function valueAxis(chart, scale) {
  const group = shape("g", { class: "axis" });
  const step = valueStep(scale.low, scale.high, scale.plotHeight);
  for (let value = Math.ceil(scale.low / step) * step; value <= scale.high; value += step) {
    const y = scale.y(value);
    group.append(shape("line", { x1: 4, x2: 4 + scale.plotWidth, y1: y, y2: y, class: "grid" }));
    if (!chart.is_masked) group.append(shape("text", { x: scale.plotWidth + 12, y: y + 4 }, axisText(chart, value, step)));
  }
  return group;
}

/** Steps below one need their own decimals, or two labels would read the same. */
function axisText(chart, value, step) {
  const needed = Math.max(0, -Math.floor(Math.log10(chart.is_percent ? step * 100 : step)));
  return needed > chart.decimals && !chart.is_percent
    ? value.toLocaleString("en-GB", { minimumFractionDigits: needed, maximumFractionDigits: needed })
    : valueText(chart, Math.abs(value) < step / 1e6 ? 0 : value, true);
}

/** Moments at round local times. `shift` is the zone's distance from UTC at the first moment. */
function timeAxis(chart, scale) {
  const group = shape("g", { class: "axis" }), span = scale.last - scale.first;
  const most = Math.max(2, Math.floor(scale.plotWidth / 90));
  const step = TIME_STEPS.find((one) => span / one <= most) ?? 365 * DAY;
  const shift = zoneShift(chart.zone, scale.first);
  const write = formatter(chart.zone, step >= 28 * DAY ? { month: "short", year: "2-digit" } : step >= DAY ? { day: "numeric", month: "short" }
    : span > 2 * DAY ? { day: "numeric", hour: "2-digit", minute: "2-digit" } : { hour: "2-digit", minute: "2-digit" });
  for (let time = Math.ceil((scale.first + shift) / step) * step - shift; time <= scale.last; time += step) {
    const x = scale.x(time);
    if (x < 24 || x > scale.plotWidth - 16) continue;
    group.append(shape("text", { x, y: scale.height - 5, "text-anchor": "middle" }, write.format(time)));
  }
  return group;
}

function zoneShift(zone, time) {
  const parts = Object.fromEntries(formatter(zone, { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" })
    .formatToParts(time).map((part) => [part.type, Number(part.value)]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute) - Math.floor(time / MINUTE) * MINUTE;
}
