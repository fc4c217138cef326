// The sign on what was placed. In: a take's clip, an order. Out: a marker of it, by which the take
// is known again: items of tracks have neither an id nor markers of their own in Premiere.

const ppro = require("premierepro");
const { ask } = require("./host.js");
const { timeOf } = require("./ticks.js");

/**
 * @param {Shell.Media} media
 * @returns {Promise<Ppro.Markers | null>} null where this Premiere has none for clips
 */
function markersOf(media) {
  return ask(() => ppro.Markers.getMarkers(media.clip), null);
}

/**
 * @param {Ppro.Markers | null} markers
 * @param {Shell.Order} order
 */
function isMarked(markers, order) {
  return ownMarkers(markers, order).length > 0;
}

/**
 * @param {Ppro.Markers | null} markers
 * @param {Shell.Order} order
 */
function ownMarkers(markers, order) {
  try {
    const every = markers ? markers.getMarkers() : [];
    return every.filter((one) => one.getComments().includes(order.marker.custom));
  } catch {
    return [];
  }
}

/**
 * Under Premiere's lock alone.
 * @param {Ppro.Markers} markers
 * @param {Shell.Order} order
 * @param {bigint} at ticks of the media
 */
function markAction(markers, order, at) {
  const { name, note, custom } = order.marker;
  const kind = ppro.Marker.MARKER_TYPE_COMMENT;
  const comments = `${note}\n${custom}`;
  return markers.createAddMarkerAction(name, kind, timeOf(at), timeOf(0n), comments);
}

/**
 * Under Premiere's lock alone.
 * @param {Ppro.Markers | null} markers
 * @param {Shell.Order} order
 */
function unmarkActions(markers, order) {
  if (!markers) return [];
  return ownMarkers(markers, order).map((one) => markers.createRemoveMarkerAction(one));
}

module.exports = { markersOf, isMarked, markAction, unmarkActions };
