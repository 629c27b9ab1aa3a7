// A download: a click asks the page for the file, and the next data of this component brings it, or its address. A further
// click may end the run that makes the file. Then the page is asked again.

const DOWNLOADS = new WeakMap();
// Milliseconds, and how often a request is repeated.
const LOOK_AGAIN = 1000, MOST_REQUESTS = 10;

function save({ name, text, url }) {
  const address = url ?? URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  if (!url) setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

class Download {
  constructor(root) {
    this.root = root;
    this.request = ""; // the one without an answer
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.request || this.ask(crypto.getRandomValues(new Uint32Array(2)).join("-")));
    root.append(this.button);
  }

  ask(request, number = 1) {
    this.request = request;
    this.send("asked", request);
    this.show();
    this.wait(number);
  }

  /** Ask again once the page is at rest without an answer. */
  wait(number) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      if (!this.request || !this.root.isConnected) return;
      if (isRunning() || !isConnected()) this.wait(number);
      else if (number < MOST_REQUESTS) this.ask(this.request, number + 1);
      else this.end();
    }, LOOK_AGAIN);
  }

  end() {
    this.request = "";
    clearTimeout(this.waiting);
    this.show();
  }

  show() {
    const { label, help, enabled } = this.content, isWaiting = this.request !== "";
    this.button.textContent = `${isWaiting ? "…" : "↓"} ${label}`;
    this.button.setAttribute("aria-label", label);
    this.button.title = isWaiting ? "The file is being made" : help;
    this.button.disabled = !enabled;
    this.button.setAttribute("aria-disabled", String(isWaiting)); // a disabled button would lose the focus
  }

  update(content) {
    this.content = content;
    const { file } = content;
    if (!file || file.request !== this.request) return this.show();
    if (file.text !== undefined || file.url) save(file);
    return this.end();
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-download");
  if (!DOWNLOADS.has(root)) DOWNLOADS.set(root, new Download(root));
  const download = DOWNLOADS.get(root);
  download.send = component.setTriggerValue;
  parsed(component.data).then((content) => download.update(content));
}
