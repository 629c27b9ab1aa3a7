// Payloads: JSON, compressed when it is long.

async function parsed(data) {
  if (data instanceof Uint8Array === false) return data;
  if (data[0] !== 0x1f) return JSON.parse(new TextDecoder().decode(data));
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
