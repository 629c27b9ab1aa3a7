// Silence: what the page says while Stillframe does not answer. Streamlit would cover the figures with a dialog.

const DIALOG = '[data-testid="stDialog"]', TITLE = "Connection error";

/** Close the dialog. Returns whether there was one. */
function closeConnectionError() {
  const dialog = document.querySelector(DIALOG);
  if (dialog?.querySelector("h2")?.textContent !== TITLE) return false;
  dialog.style.display = "none"; // it fades out otherwise
  dialog.querySelector('button[aria-label="Close"]')?.click();
  return true;
}

class Silence {
  constructor() {
    this.note = Object.assign(document.createElement("div"), { className: "sf-silent" });
    this.note.setAttribute("role", "status");
  }

  /** Say since when nothing has come. */
  begin(since) {
    if (this.note.isConnected) return;
    const time = new Date(since).toLocaleTimeString("en-GB");
    this.note.textContent = `Stillframe has not answered since ${time}. These are its last figures. It connects again by itself.`;
    document.body.append(this.note);
  }

  end() {
    this.note.remove();
  }
}
