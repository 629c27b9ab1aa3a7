// Arrivals: newer data for a component, without a run of the page's script. pages/components/live/ brings it.

// A component that mounts this shortly after its data came takes them.
const JUST_CAME = 3000;

/**
 * Hand newer data to `update`, with the server's time in milliseconds. Only data for the place that `data` names:
 * others were worked out for other choices of the viewer.
 */
function follow(root, data, update) {
  followPlace(root, placeOf(data), update);
}

/** The same by the name of the place, "" for none. */
function followPlace(root, place, update) {
  const places = (window.stillframePlaces ??= new Map());
  for (const [key, before] of places) {
    if (before.root === root ? key !== place : !before.root.isConnected) places.delete(key);
  }
  if (!place || places.get(place)?.root === root) return;
  places.set(place, { root, update });
  const newest = window.stillframeLive?.newest.get(place);
  if (newest && Date.now() - newest.cameAt < JUST_CAME) update(newest.data, newest.at);
}
