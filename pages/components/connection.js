// Connection: Streamlit drops events of the browser while it has no connection, as when the web process restarts.

const APP = '[data-testid="stApp"]';

const isThere = () => document.querySelector(APP) !== null;

function stateOf(name) {
  return document.querySelector(APP)?.dataset[name];
}

/** True unless Streamlit's page is not there yet, or says that it has no connection to its server. */
function isConnected() {
  return isThere() && (stateOf("testConnectionState") ?? "CONNECTED") === "CONNECTED";
}

/** True while the script of the page runs, or is about to. */
function isRunning() {
  return (stateOf("testScriptState") ?? "notRunning") !== "notRunning";
}
