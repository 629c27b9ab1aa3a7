// Widths of the columns. They are estimated from texts, so that scrolling moves no column.

const TEXT_PIXELS = 7.3, PADDING = 21, BUTTON_PIXELS = 24, CHOICE_PIXELS = 28, WIDEST = 340;

/** The widths of one table. Those drawn stay while all texts fit, so that a price with one more digit moves nothing. */
class Widths {
  constructor(root) {
    this.root = root;
    this.place = "";
    this.drawn = [];
    this.least = 0; // pixels that the columns need together
  }

  /** Pixels of each column at least. The browser spreads the rest of the line over them. */
  of(columns, isChoosing) {
    const needed = [...widthsOf(columns)], place = `${this.root.clientWidth} ${columns.map((column) => column.key)}`;
    if (isChoosing) needed[needed.length - 1] += CHOICE_PIXELS;
    this.least = sum(needed);
    if (place === this.place && needed.every((width, at) => width <= this.drawn[at])) return this.drawn;
    this.place = place;
    this.drawn = [];
    return needed;
  }

  /** Forget drawn widths without room, as beside a new scrollbar, if the columns need less. True if there were any. */
  forget(room) {
    if (!this.drawn.length || this.least > room) return false;
    this.drawn = [];
    return true;
  }

  /** Keep the widths that these headings were drawn with. */
  keep(headings) {
    this.drawn = [...headings].map((heading) => heading.getBoundingClientRect().width);
  }
}

function widthOfActions(actions) {
  return actions.reduce((width, [, words]) => width + Math.ceil(words.length * TEXT_PIXELS) + BUTTON_PIXELS, 0);
}

/** Widths of the columns in pixels: of their longest text, so that scrolling moves nothing. Each is worked out once. */
function widthsOf(columns) {
  return columns.map((column) => (column.width ??= widthOf(column)));
}

function widthOf(column) {
  if (column.actions) return Math.max(0, ...column.actions.map(widthOfActions)) + PADDING;
  const atLeast = Math.max(column.label.length + 2, column.longest ?? 0);
  const longest = column.texts.reduce((most, text) => Math.max(most, text.length), atLeast);
  const curve = column.lines ? 96 : 0; // in place of the text
  return Math.min(WIDEST, Math.max(Math.ceil(longest * TEXT_PIXELS), curve) + PADDING);
}

/** The columns that are not shown at first: those of the table, and spare ones as long as there is no room for all. */
function firstHidden(columns, room) {
  const shown = columns.filter((column) => column.is_shown && !column.for_cards);
  const hidden = new Set(columns.filter((column) => !shown.includes(column)).map((column) => column.key));
  let width = sum(widthsOf(shown));
  for (const column of shown.filter((each) => each.spare).sort((one, other) => one.spare - other.spare)) {
    if (width <= room) break;
    hidden.add(column.key);
    width -= column.width;
  }
  return hidden;
}

function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}
