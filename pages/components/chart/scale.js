// Scales: times and values to pixels, and round steps for their axes.

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const TIME_STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 61 * DAY, 91 * DAY, 183 * DAY, 365 * DAY];

const LABEL_PIXELS = 48;

/** All values that the chart must show, as [lowest, highest] with some room. Far levels are left out. */
function valueRange(chart) {
  const values = [];
  for (const line of chart.lines) for (const value of line.values) if (value !== null) values.push(value);
  if (chart.candles) values.push(...chart.candles.low, ...chart.candles.high);
  let low = Infinity, high = -Infinity;
  for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
  if (low > high) return [0, 1];
  const span = high - low;
  for (const level of chart.levels) {
    if (level.value > low - span && level.value < high + span) { low = Math.min(low, level.value); high = Math.max(high, level.value); }
  }
  const room = (high - low) * 0.08 || Math.abs(high) * 0.02 || 1;
  return [low - room, high + room];
}

function timeRange(chart) {
  const times = [...chart.lines.flatMap((line) => [line.times[0], line.times.at(-1)]), ...(chart.candles ? [chart.candles.times[0],
    chart.candles.times.at(-1) + chart.candles.length] : [])].filter((time) => time !== undefined);
  return times.length ? [Math.min(...times), Math.max(...times)] : [0, 1];
}

function scaleOf(chart, width, height) {
  const [low, high] = valueRange(chart), [first, last] = timeRange(chart);
  const right = chart.is_masked ? 8 : axisWidth(chart, low, high), bottom = 22, top = 6;
  const plotWidth = Math.max(40, width - right - 4), plotHeight = height - bottom - top;
  return {
    low, high, first, last, width, height, plotWidth, plotHeight, top,
    x: (time) => 4 + ((time - first) / Math.max(1, last - first)) * plotWidth,
    y: (value) => top + (1 - (value - low) / (high - low)) * plotHeight,
    time: (x) => first + ((x - 4) / plotWidth) * (last - first),
  };
}

function axisWidth(chart, low, high) {
  return 14 + 7 * Math.max(...[low, high].map((value) => valueText(chart, value, true).length));
}

function niceStep(span, count) {
  const rough = span / count, power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough);
}

/** The distance of the labelled values: at least two of them, as one alone tells nothing about the size of a move. */
function valueStep(low, high, plotHeight) {
  let count = Math.max(2, Math.floor(plotHeight / LABEL_PIXELS)), step = niceStep(high - low, count);
  for (const most = count + 4; count < most && Math.floor(high / step) - Math.ceil(low / step) < 1; count += 1) step = niceStep(high - low, count + 1);
  return step;
}

/** A value as text. On the axis large values have no decimals. */
function valueText(chart, value, isAxis) {
  if (chart.is_masked) return "••••";
  const scaled = chart.is_percent ? value * 100 : value;
  const size = Math.abs(scaled);
  const decimals = chart.is_percent ? 2 : size >= 1000 && isAxis ? 0 : chart.decimals;
  const text = scaled.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");
  return chart.is_percent ? `${text} %` : text;
}

function formatter(zone, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
}

function momentText(chart, time) {
  return formatter(chart.zone, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(time);
}
