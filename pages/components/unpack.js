// Payloads: JSON, compressed when it is long. One that the stream renews begins with a line: "#" and its place.

const MARK = "#".charCodeAt(0), LINE_BREAK = "\n".charCodeAt(0);

/** The place where the stream renews a payload. "" if it does not. */
function placeOf(data) {
  if (data instanceof Uint8Array === false || data[0] !== MARK) return "";
  return new TextDecoder().decode(data.subarray(1, data.indexOf(LINE_BREAK)));
}

async function parsed(data) {
  if (data instanceof Uint8Array === false) return data;
  const body = data[0] === MARK ? data.subarray(data.indexOf(LINE_BREAK) + 1) : data;
  if (body[0] !== 0x1f) return JSON.parse(new TextDecoder().decode(body));
  const stream = new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
