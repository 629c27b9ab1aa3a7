// Pieces of a sheet: HTML, boxes and components, each with its own style.

const STYLES = new Map();

/** The number of the newest event that was handled, and the list of pieces with the payloads of components. */
function unfolded(data) {
  const start = data.indexOf(LINE_BREAK) + 1, length = Number(new TextDecoder().decode(data.subarray(0, start)));
  let at = start + length;
  const [handled, ...items] = JSON.parse(new TextDecoder().decode(data.subarray(start, at)));
  const pieces = items.map((item) => {
    if (item[0] !== "component") return item;
    const [kind, folder, key, size, height] = item;
    return [kind, folder, key, data.subarray(at, (at += size)), height];
  });
  return [handled, pieces];
}

function styleOf(folder) {
  if (!STYLES.has(folder)) {
    const style = new CSSStyleSheet();
    style.replaceSync(PIECES[folder].style);
    STYLES.set(folder, style);
  }
  return STYLES.get(folder);
}

function element(name, identity) {
  const made = document.createElement("div");
  made.className = name;
  made.identity = identity;
  return made;
}

/** A box that a click on its summary opens. */
function folded(name, identity) {
  const made = document.createElement("details");
  Object.assign(made, { className: name, identity });
  made.append(document.createElement("summary"));
  return made;
}

function componentOf(folder, key) {
  const host = element(`sf-piece st-key-${key}`, `${folder} ${key}`), root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [styleOf(folder)];
  root.innerHTML = `<div class="sf-${folder}"></div>`;
  return host;
}

/** Take a piece away. Returns the one behind it. */
function removed(piece) {
  const following = piece.nextSibling;
  piece.remove();
  return following;
}
