// Steps: Back goes to what the viewer saw. Streamlit makes a step of every change of the address: of the choices of
// another page before its path, of a choice that the page recalls, and of one that it refuses. Only the first change
// after an input of the viewer is a step, and the others belong to it.
(() => {
  const INPUTS = ["click", "keydown", "input", "change", "submit"];
  const { pushState } = History.prototype;
  let isStep = false;
  for (const name of INPUTS) addEventListener(name, () => { isStep = true; }, { capture: true, passive: true });
  // A key or click before Back has led to nothing. What the page does then is no step, so Forward stays.
  addEventListener("popstate", () => { isStep = false; });
  history.pushState = (state, unused, address) => {
    if (isStep) pushState.call(history, state, unused, address);
    else history.replaceState(state, unused, address);
    isStep = false;
  };
})();
