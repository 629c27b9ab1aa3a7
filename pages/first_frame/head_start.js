// The head start: the script of the page runs on the server while the browser still loads Streamlit.
//
// Streamlit connects once its own scripts have run, says which page it shows, and waits. The address says all of that
// already, so this connects and says it at once. Streamlit takes over the connection with the answers. If its own first
// message differs, that is sent too, and the page's script runs once more.
// `chosen` is the theme that the viewer chose, "" for that of the system.
function headStart(chosen, zone) {
  const STREAM = new URL("/_stcore/stream", location.origin.replace(/^http/, "ws")).href;
  const NO_TOKEN = "PLACEHOLDER_AUTH_TOKEN"; // Streamlit's word for a browser without the cookie
  const path = location.pathname.replace(/^\/|\/$/g, ""), query = location.search.slice(1);

  const bytesOf = (text) => [...new TextEncoder().encode(text)];

  /** A number as Protocol Buffers write it: seven bits a byte, the lowest first. Negative ones have 64 bits. */
  function varint(number) {
    const bytes = [];
    let rest = BigInt.asUintN(64, BigInt(number));
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    return [...bytes, Number(rest)];
  }
  const lengthy = (field, bytes) => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
  const number = (field, value) => [...varint(field * 8), ...varint(value)];

  /** The message that Streamlit sends first: BackMsg with a ClientState and its ContextInfo (streamlit/proto). */
  function firstMessage() {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const context = [
      ...lengthy(1, bytesOf(zone)),
      ...number(2, new Date().getTimezoneOffset()),
      ...lengthy(3, bytesOf(navigator.language)),
      ...lengthy(4, bytesOf(location.origin + location.pathname)),
      ...number(5, 0),
      ...lengthy(6, bytesOf(chosen.toLowerCase() || system)),
    ];
    const state = [
      ...(query ? lengthy(1, bytesOf(query)) : []),
      ...lengthy(2, []),
      ...(path ? lengthy(4, bytesOf(path)) : []),
      ...lengthy(8, context),
    ];
    return new Uint8Array(lengthy(11, state));
  }

  const Socket = window.WebSocket;
  const token = document.cookie.match(/(?:^|; )_streamlit_xsrf=([^;]*)/)?.[1] ?? NO_TOKEN;
  const message = firstMessage(), early = new Socket(STREAM, ["streamlit", token]), answers = [];
  early.binaryType = "arraybuffer";

  function keep(event) {
    answers.push(event.data);
    event.stopImmediatePropagation();
  }
  early.addEventListener("message", keep);
  early.addEventListener("open", () => Socket.prototype.send.call(early, message), { once: true });

  const isSame = (bytes) => bytes.length === message.length && bytes.every((byte, index) => byte === message[index]);

  /** Streamlit's first message tells whether the answers are for it. Then it gets them in order. */
  function sendFirst(bytes) {
    delete early.send;
    if (!isSame(bytes)) early.send(bytes);
    queueMicrotask(() => {
      early.removeEventListener("message", keep);
      for (const data of answers.splice(0)) early.dispatchEvent(new MessageEvent("message", { data }));
    });
  }

  function taken() {
    early.send = sendFirst;
    // Streamlit listens when its present step is over.
    if (early.readyState === Socket.OPEN) queueMicrotask(() => early.dispatchEvent(new Event("open")));
    return early;
  }

  // Streamlit's first connection gets ours. Later ones are new, as they name the session that they go on with.
  window.WebSocket = new Proxy(Socket, {
    construct(_, [address, protocols]) {
      window.WebSocket = Socket;
      const isFirst = new URL(address, location.href).href === STREAM && protocols?.length === 2;
      if (isFirst && early.readyState <= Socket.OPEN) return taken();
      early.close();
      return new Socket(address, protocols);
    },
  });
}
