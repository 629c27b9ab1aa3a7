// Levels: horizontal lines with labels on the left. No label covers another.

const LABEL_HEIGHT = 15, SAME_LINE = 4; // pixels, at the usual size of letters

/** Levels that are one line to the eye share a label, and the nearest ones too if not all labels have room. */
function groupsOf(levels, scale) {
  const groups = [...levels].sort((a, b) => b.value - a.value).map((level) => ({ levels: [level], y: scale.y(level.value) }));
  const room = Math.max(1, Math.floor(scale.plotHeight / (LABEL_HEIGHT * scale.letters)));
  for (;;) {
    let nearest = -1, way = Infinity;
    for (let at = 1; at < groups.length; at += 1) {
      const apart = groups[at].y - groups[at - 1].y;
      if (apart < way) [nearest, way] = [at, apart];
    }
    if (nearest < 0 || (way >= SAME_LINE && groups.length <= room)) return groups;
    const [below] = groups.splice(nearest, 1), above = groups[nearest - 1];
    above.y = (above.y * above.levels.length + below.y * below.levels.length) / (above.levels.length + below.levels.length);
    above.levels.push(...below.levels);
  }
}

/** The places of the labels, from top to bottom: near their lines, apart from each other, within the plot. */
function labelPlaces(groups, scale) {
  const floor = scale.top + scale.plotHeight - 2, apart = LABEL_HEIGHT * scale.letters;
  const places = groups.map(({ y }) => Math.min(Math.max(y - 4, scale.top + 10 * scale.letters), floor));
  for (let at = 1; at < places.length; at += 1) places[at] = Math.max(places[at], places[at - 1] + apart);
  for (let at = places.length - 1; at >= 0; at -= 1) places[at] = Math.min(places[at], at + 1 < places.length ? places[at + 1] - apart : floor);
  return places;
}

function labelOf({ levels, y }, scale) {
  const arrow = y < scale.top ? "↑ " : y > scale.top + scale.plotHeight ? "↓ " : "";
  if (levels.length === 1) return arrow + levels[0].label;
  const noun = levels.every((level) => level.noun === levels[0].noun) ? `${levels[0].noun}s` : "lines";
  const prices = [...new Set([levels[0].price, levels.at(-1).price])].join(" – ");
  return `${arrow}${levels.length} ${noun} ${prices}`;
}

function levelLines(levels, scale) {
  const floor = scale.top + scale.plotHeight, seen = levels.filter(({ value }) => scale.y(value) >= scale.top && scale.y(value) <= floor);
  return seen.map((level) => {
    const y = scale.y(level.value);
    return shape("line", { x1: 4, x2: 4 + scale.plotWidth, y1: y, y2: y, class: `level ${level.ink}${level.is_dashed ? " dashed" : ""}` });
  });
}

/** As much of a label as the plot has room for. The price comes first. */
function fitting(label, scale) {
  const parts = label.split(" · ");
  while (parts.length > 1 && parts.join(" · ").length * LETTER_PIXELS * scale.letters > scale.plotWidth) parts.pop();
  return parts.join(" · ");
}

/** They lie above lines and marks, which strike none through. Hover says all of a label, and of each that shares one. */
function levelLabels(levels, scale) {
  const groups = groupsOf(levels, scale), places = labelPlaces(groups, scale);
  return groups.map((group, at) => {
    const isOneInk = group.levels.every((level) => level.ink === group.levels[0].ink), words = labelOf(group, scale);
    const label = shape("text", { x: 8, y: places[at], class: `label ${isOneInk ? group.levels[0].ink : "dim"}` }, fitting(words, scale));
    if (group.levels.length > 1 || label.textContent !== words) label.append(shape("title", {}, group.levels.map((level) => level.label).join("\n")));
    return label;
  });
}
