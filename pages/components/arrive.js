// Arrivals: newer data for a component, without a run of the page's script. pages/components/live/ brings it.

// A component that mounts this shortly after its data came takes them.
const JUST_CAME = 3000;

/** The key of a component. Streamlit writes it as a class of its place. */
function keyOf(root) {
  const place = (root.getRootNode().host ?? root).closest('[class*="st-key-"]');
  return [...(place?.classList ?? [])].find((name) => name.startsWith("st-key-"))?.slice("st-key-".length);
}

/** Hand newer data to `update`, with the server's time in milliseconds. */
function follow(root, update) {
  const places = (window.stillframePlaces ??= new Map()), key = keyOf(root);
  if (key === undefined || places.get(key)?.root === root) return;
  places.set(key, { root, update });
  const newest = window.stillframeLive?.newest.get(key);
  if (newest && Date.now() - newest.cameAt < JUST_CAME) update(newest.data, newest.at);
}
