// Scales: times and values to pixels, and round steps for their axes.

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const TIME_STEPS = [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY, 10 * DAY, 14 * DAY];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];

// Pixels between values, and of one letter, at the usual size of letters.
const LABEL_PIXELS = 40, LETTER_PIXELS = 7;

/** All values that the chart must show, as [lowest, highest] with some room. Far levels are left out. */
function valueRange(chart) {
  const values = stackEnds(chart.bars);
  for (const line of chart.lines) for (const value of line.values) if (value !== null) values.push(value);
  if (chart.candles) values.push(...chart.candles.low, ...chart.candles.high);
  if (chart.has_zero) values.push(0);
  let low = Infinity, high = -Infinity;
  for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
  if (low > high) return [0, 1];
  const span = high - low;
  for (const level of chart.levels) {
    if (level.value > low - span && level.value < high + span) { low = Math.min(low, level.value); high = Math.max(high, level.value); }
  }
  const room = (high - low) * 0.08 || Math.abs(high) * 0.02 || (chart.is_percent ? 0.01 : 1);
  const isEdge = (value) => chart.has_zero && value === 0 && low < high; // nothing lies beyond zero
  return [isEdge(low) ? 0 : low - room, isEdge(high) ? 0 : high + room];
}

/** The far ends of stacked bars, gains above zero and losses below it. */
function stackEnds(bars) {
  return (bars[0]?.times ?? []).flatMap((_, at) => {
    const values = bars.map((kind) => kind.values[at] ?? 0);
    return [values.reduce((sum, value) => sum + Math.max(0, value), 0), values.reduce((sum, value) => sum + Math.min(0, value), 0)];
  });
}

function timeRange(chart) {
  const wide = [chart.candles, ...chart.bars].filter((shapes) => shapes?.times.length);
  const times = [...chart.lines.flatMap((line) => [line.times[0], line.times.at(-1)]),
    ...wide.flatMap((shapes) => [shapes.times[0], shapes.times.at(-1) + shapes.length])].filter((time) => time !== undefined);
  return times.length ? [Math.min(...times), Math.max(...times)] : [0, 1];
}

/** `letters` is their size as a multiple of the usual one. */
function scaleOf(chart, width, height, letters = 1) {
  const [low, high] = valueRange(chart), [first, last] = timeRange(chart), bottom = 22 * letters, top = 6 * letters;
  const plotHeight = Math.max(40, height - bottom - top), step = valueStep(low, high, plotHeight / letters);
  const right = chart.is_masked ? 8 : axisWidth(chart, low, high, step, letters), plotWidth = Math.max(40, width - right - 4);
  return {
    low, high, first, last, step, width, height, plotWidth, plotHeight, top, letters,
    x: (time) => 4 + ((time - first) / Math.max(1, last - first)) * plotWidth,
    y: (value) => top + (1 - (value - low) / (high - low)) * plotHeight,
    time: (x) => first + ((x - 4) / plotWidth) * (last - first),
  };
}

function axisWidth(chart, low, high, step, letters) {
  const texts = [low, high].map((value) => axisText(chart, Math.trunc(value / step) * step, step));
  return 14 + LETTER_PIXELS * letters * Math.max(...[...texts, ...endsOf(chart).map((end) => end.text)].map((text) => text.length));
}

/** The last value of each line that has one, as it stands on the axis. */
function endsOf(chart) {
  if (!chart.has_ends || chart.is_masked) return [];
  return chart.lines.filter((line) => (line.values.at(-1) ?? null) !== null)
    .map((line) => ({ time: line.times.at(-1), value: line.values.at(-1), ink: line.ink, text: endText(chart, line.values.at(-1)) }));
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

function numberText(value, decimals, isSigned) {
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay: "exceptZero" };
  const text = value.toLocaleString("en-GB", options).replace("-", "−");
  return isSigned ? text : text.replace("+", "");
}

/** A value as text. */
function valueText(chart, value) {
  if (chart.is_masked) return "••••";
  return chart.is_percent ? `${numberText(value * 100, 2, chart.is_signed)} %` : numberText(value, chart.decimals, chart.is_signed);
}

/** A value in few digits, for the end of a line. */
function endText(chart, value) {
  return chart.is_percent ? `${numberText(value * 100, Math.abs(value) < 0.1 ? 2 : 1, chart.is_signed)} %` : valueText(chart, value);
}

/** A multiple of a step on the axis, with the decimals that the step needs. */
function axisText(chart, value, step) {
  const scale = chart.is_percent ? 100 : 1, round = Math.abs(value) < step / 1e6 ? 0 : value;
  return `${numberText(round * scale, decimalsOf(step * scale), false)}${chart.is_percent ? " %" : ""}`;
}

/** The decimals that tell multiples of a step apart. */
function decimalsOf(step) {
  let decimals = 0;
  while (decimals < 12 && Math.abs(step * 10 ** decimals - Math.round(step * 10 ** decimals)) > 1e-6) decimals += 1;
  return decimals;
}

function formatter(zone, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
}

/** A moment as text, with its year if the chart covers most of one. */
function momentText(chart, scale, time) {
  const year = scale.last - scale.first > 300 * DAY ? { year: "numeric" } : {}, clock = chart.is_daily ? {} : { hour: "2-digit", minute: "2-digit" };
  return formatter(chart.zone, { weekday: "short", day: "numeric", month: "short", ...year, ...clock }).format(time);
}

function dayText(chart, time) {
  return formatter(chart.zone, { day: "numeric", month: "short" }).format(time);
}
