// Payloads: JSON, compressed when it is long. One that the stream renews begins with a line: "#" and its place. Then a
// line may follow that is drawn before the rest is read.

const MARK = "#".charCodeAt(0), LINE_BREAK = "\n".charCodeAt(0), BRACE = "{".charCodeAt(0);

/** The place where the stream renews a payload. "" if it does not. */
function placeOf(data) {
  if (data instanceof Uint8Array === false || data[0] !== MARK) return "";
  return new TextDecoder().decode(data.subarray(1, data.indexOf(LINE_BREAK)));
}

/** The payload without its place, in two: the line that is drawn first, null without one, and all data. */
function linesOf(data) {
  const body = data[0] === MARK ? data.subarray(data.indexOf(LINE_BREAK) + 1) : data;
  const end = body[0] === BRACE ? body.indexOf(LINE_BREAK) : -1;
  return end < 0 ? [null, body] : [body.subarray(0, end), body.subarray(end + 1)];
}

/** The JSON that is drawn before the rest is read. Null if the payload has none. */
function firstLineOf(data) {
  const [line] = data instanceof Uint8Array ? linesOf(data) : [null];
  return line && new TextDecoder().decode(line);
}

/** True if the rest of the data comes later. */
function isBeginning(data) {
  return data instanceof Uint8Array && linesOf(data)[1].length === 0;
}

const isPacked = (body) => body[0] === 0x1f;

/** True if unpacking takes a while. */
function isCompressed(data) {
  return data instanceof Uint8Array && isPacked(linesOf(data)[1]);
}

async function parsed(data) {
  if (data instanceof Uint8Array === false) return data;
  const [, body] = linesOf(data);
  if (!isPacked(body)) return JSON.parse(new TextDecoder().decode(body));
  const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
