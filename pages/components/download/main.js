// A download: a click asks the page for the file, and the next data of this component brings it, or its address.

const DOWNLOADS = new WeakMap();

function save({ name, text, url }) {
  const address = url ?? URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  if (!url) setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

class Download {
  constructor(root) {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.addEventListener("click", () => this.send("asked", ""));
    root.append(this.button);
  }

  update({ label, help, enabled, file }) {
    this.button.textContent = `↓ ${label}`;
    this.button.setAttribute("aria-label", label);
    this.button.title = help;
    this.button.disabled = !enabled;
    if (file && file.at !== this.savedAt) save(file);
    this.savedAt = file?.at ?? this.savedAt;
  }
}

export default function (component) {
  const root = component.parentElement.querySelector(".sf-download");
  if (!DOWNLOADS.has(root)) DOWNLOADS.set(root, new Download(root));
  const download = DOWNLOADS.get(root);
  download.send = component.setTriggerValue;
  parsed(component.data).then((content) => download.update(content));
}
