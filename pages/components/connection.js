// Connection: Streamlit drops events of the browser while it has no connection, as when the web process restarts.

function stateOf(name) {
  return document.querySelector('[data-testid="stApp"]')?.dataset[name];
}

/** True unless Streamlit's page says that it has no connection to its server. */
function isConnected() {
  return (stateOf("testConnectionState") ?? "CONNECTED") === "CONNECTED";
}

/** True while the script of the page runs, or is about to. */
function isRunning() {
  return (stateOf("testScriptState") ?? "notRunning") !== "notRunning";
}
