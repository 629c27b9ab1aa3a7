// Shapes: lines, candles, bars, marks and shades. A thousand candles are four paths.

function linePath(line, scale) {
  let path = "", isOpen = false;
  line.times.forEach((time, at) => {
    const value = line.values[at];
    if (value === null) { isOpen = false; return; }
    const x = scale.x(time).toFixed(1), y = scale.y(value).toFixed(1);
    path += `${isOpen ? "L" : "M"}${x} ${y}`;
    isOpen = true;
  });
  return path;
}

/** The area between a line and a floor: each run of known values by itself, so that a gap stays empty. */
function areaPath(line, scale, floor) {
  return linePath(line, scale).split("M").filter(Boolean).map((run) => {
    const points = run.split("L"), first = points[0].split(" ")[0], last = points.at(-1).split(" ")[0];
    return `M${first} ${floor}L${points.join("L")}L${last} ${floor}Z`;
  }).join("");
}

function lineShapes(line, scale, floor) {
  const known = line.values.filter((value) => value !== null).length, shapes = [];
  if (line.is_area) shapes.push(shape("path", { d: areaPath(line, scale, floor), class: `area ${line.ink}` }));
  shapes.push(shape("path", { d: linePath(line, scale), class: `line ${line.ink}` }));
  if (known === 1) {
    const at = line.values.findIndex((value) => value !== null);
    shapes.push(shape("circle", { cx: scale.x(line.times[at]), cy: scale.y(line.values[at]), r: 3, class: `dot ${line.ink}` }));
  }
  return shapes;
}

function candleShapes(candles, scale) {
  const bodies = { gain: "", loss: "" }, wicks = { gain: "", loss: "" };
  const width = Math.max(1, scale.x(candles.times[0] + candles.length) - scale.x(candles.times[0])), half = Math.max(0.5, width * 0.36);
  candles.times.forEach((time, at) => {
    const side = candles.close[at] >= candles.open[at] ? "gain" : "loss", x = scale.x(time + candles.length / 2);
    const top = scale.y(Math.max(candles.open[at], candles.close[at])), bottom = scale.y(Math.min(candles.open[at], candles.close[at]));
    wicks[side] += `M${x.toFixed(1)} ${scale.y(candles.high[at]).toFixed(1)}V${scale.y(candles.low[at]).toFixed(1)}`;
    bodies[side] += `M${(x - half).toFixed(1)} ${top.toFixed(1)}h${(2 * half).toFixed(1)}V${Math.max(bottom, top + 1).toFixed(1)}h${(-2 * half).toFixed(1)}Z`;
  });
  return ["gain", "loss"].flatMap((side) => [shape("path", { d: wicks[side], class: `wick ${side}` }), shape("path", { d: bodies[side], class: `body ${side}` })]);
}

/** One path for each kind, stacked over those before it. */
function barShapes(bars, scale) {
  const ends = (bars[0]?.times ?? []).map(() => [0, 0]); // below and above zero
  return bars.map((kind) => {
    let path = "";
    kind.times.forEach((time, at) => {
      const value = kind.values[at];
      if (!value) return;
      const side = value > 0 ? 1 : 0, from = ends[at][side], width = scale.x(time + kind.length) - scale.x(time);
      ends[at][side] += value;
      const [top, bottom] = [scale.y(Math.max(from, ends[at][side])), scale.y(Math.min(from, ends[at][side]))];
      const x = scale.x(time) + Math.min(width * 0.14, 4), right = Math.max(x + 1, scale.x(time) + width - Math.min(width * 0.14, 4));
      path += `M${x.toFixed(1)} ${top.toFixed(1)}H${right.toFixed(1)}V${bottom.toFixed(1)}H${x.toFixed(1)}Z`;
    });
    return shape("path", { d: path, class: `body ${kind.ink}` });
  });
}

function markShape(mark, scale) {
  const x = scale.x(mark.at), y = Math.min(Math.max(scale.y(mark.value), scale.top + 6), scale.top + scale.plotHeight - 6), sign = mark.is_up ? 1 : -1;
  return shape("path", { d: `M${x} ${y - 6 * sign}l5 ${10 * sign}h-10Z`, class: `mark ${mark.ink}` });
}

function drawn(chart, width, height, letters) {
  const scale = scaleOf(chart, width, height, letters), floor = chart.has_zero ? scale.y(0) : scale.top + scale.plotHeight;
  const picture = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": chart.label });
  for (const [from, to] of chart.shades) {
    const x = scale.x(from);
    picture.append(shape("rect", { x, width: Math.max(1, scale.x(to) - x), y: scale.top, height: scale.plotHeight, class: "shade" }));
  }
  picture.append(valueAxis(chart, scale), timeAxis(chart, scale));
  for (const [at] of chart.verticals) picture.append(shape("line", { x1: scale.x(at), x2: scale.x(at), y1: scale.top, y2: scale.top + scale.plotHeight, class: "vertical" }));
  if (chart.candles?.times.length) picture.append(...candleShapes(chart.candles, scale));
  picture.append(...barShapes(chart.bars, scale));
  for (const line of [...chart.lines].reverse()) picture.append(...lineShapes(line, scale, floor)); // the first one lies above the others
  const marks = chart.marks.map((mark) => markShape(mark, scale));
  picture.append(...endShapes(chart, scale), ...levelLines(chart.levels, scale), ...marks, ...levelLabels(chart.levels, scale));
  return [picture, scale];
}

/** The name of each kind with its colour. */
function legendOf(chart) {
  const legend = Object.assign(document.createElement("div"), { className: "legend" });
  legend.append(...chart.lines.map((line) => named(line, "stroke")), ...chart.bars.map((kind) => named(kind, "block")));
  return legend;
}

function named(kind, look) {
  const name = Object.assign(document.createElement("span"), { title: kind.name, className: kind.ink });
  name.append(Object.assign(document.createElement("i"), { className: look }), kind.name);
  return name;
}
