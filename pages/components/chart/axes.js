// Axes: a few round values on the right, a few round moments below.

const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function valueAxis(chart, scale) {
  const group = shape("g", { class: "axis" }), step = scale.step, taken = placedEnds(chart, scale).map((end) => end.place);
  for (let number = Math.ceil(scale.low / step); number * step <= scale.high; number += 1) {
    const value = number * step, y = scale.y(value), isFree = taken.every((place) => Math.abs(place - y) > 11 * scale.letters);
    group.append(shape("line", { x1: 4, x2: 4 + scale.plotWidth, y1: y, y2: y, class: chart.has_zero && number === 0 ? "grid zero" : "grid" }));
    if (!chart.is_masked && isFree) group.append(shape("text", { x: scale.plotWidth + 12, y: y + 4 * scale.letters }, axisText(chart, value, step)));
  }
  return group;
}

/** The ends of lines with the height of their texts. Texts that would overlap move apart, down first and then up. */
function placedEnds(chart, scale) {
  const ends = endsOf(chart).map((end) => ({ ...end, place: scale.y(end.value) })).sort((one, other) => one.place - other.place);
  const apart = 13 * scale.letters;
  let free = scale.top + 6;
  for (const end of ends) { end.place = Math.max(end.place, free); free = end.place + apart; }
  free = scale.top + scale.plotHeight;
  for (const end of [...ends].reverse()) { end.place = Math.min(end.place, free); free = end.place - apart; }
  return ends;
}

function endShapes(chart, scale) {
  return placedEnds(chart, scale).flatMap((end) => [
    shape("circle", { cx: scale.x(end.time), cy: scale.y(end.value), r: 3, class: `dot ${end.ink}` }),
    shape("text", { x: scale.plotWidth + 12, y: end.place + 4 * scale.letters, class: `end ${end.ink}` }, end.text)]);
}

/** Moments at round local times, or the begins of months. */
function timeAxis(chart, scale) {
  const group = shape("g", { class: "axis" }), span = scale.last - scale.first, most = (pixels) => Math.max(2, Math.floor(scale.plotWidth / (pixels * scale.letters)));
  const isOfDays = chart.is_daily || span > 5 * DAY, steps = TIME_STEPS.filter((length) => length >= DAY || !isOfDays);
  const step = steps.find((length) => span / length <= most(length < DAY ? 90 : 72));
  const [times, write] = step ? [roundTimes(chart, scale, step), dayOrClock(chart, step, span)] : [monthBegins(chart, scale, most(72)), monthAndYear(chart)];
  for (const time of times) {
    const x = scale.x(time);
    if (x >= 24 * scale.letters && x <= scale.plotWidth - 16 * scale.letters) group.append(shape("text", { x, y: scale.height - 5 * scale.letters, "text-anchor": "middle" }, write(time)));
  }
  return group;
}

/** Multiples of a step on the clock of the zone, also where its distance from UTC changes on the way. */
function roundTimes(chart, scale, step) {
  const times = [], shift = zoneShift(chart.zone, scale.first);
  for (let time = Math.ceil((scale.first + shift) / step) * step - shift; time <= scale.last; time += step) {
    times.push(time + shift - zoneShift(chart.zone, time));
  }
  return times;
}

function monthBegins(chart, scale, most) {
  const months = (scale.last - scale.first) / (30.44 * DAY), step = MONTH_STEPS.find((length) => months / length <= most) ?? MONTH_STEPS.at(-1);
  const times = [], first = new Date(scale.first + zoneShift(chart.zone, scale.first)), begin = first.getUTCFullYear() * 12 + first.getUTCMonth();
  for (let month = Math.ceil(begin / step) * step; ; month += step) {
    const local = Date.UTC(Math.floor(month / 12), month % 12), time = local - zoneShift(chart.zone, local);
    if (time > scale.last) return times;
    times.push(time);
  }
}

function dayOrClock(chart, step, span) {
  const format = formatter(chart.zone, step >= DAY ? { day: "numeric", month: "short" }
    : span > 2 * DAY ? { day: "numeric", hour: "2-digit", minute: "2-digit" } : { hour: "2-digit", minute: "2-digit" });
  return (time) => format.format(time);
}

/** Such as "Jan ’26", which reads unlike a day. */
function monthAndYear(chart) {
  const format = formatter(chart.zone, { month: "short", year: "2-digit" });
  return (time) => format.format(time).replace(" ", " ’");
}

function zoneShift(zone, time) {
  const parts = Object.fromEntries(formatter(zone, { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" })
    .formatToParts(time).map((part) => [part.type, Number(part.value)]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute) - Math.floor(time / MINUTE) * MINUTE;
}
