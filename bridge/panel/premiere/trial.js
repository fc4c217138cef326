// One try to place a take. In: cargo for free tracks. Out: the take, exact; else nothing is left.

const { trackAt } = require("./items.js");
const { commit, headOf, readBack, snapshot, undo } = require("./lay.js");
const { isMarked, markAction, markersOf, unmarkActions } = require("./marks.js");
const { Changed } = require("./orders.js");
const { hiding } = require("./original.js");
const { WRONGLY, left } = require("./sound.js");
const { restTrack } = require("./tracks.js");
const ppro = require("premierepro");

/** @typedef {import("./desk.js").Desk} Desk */

/** @type {Shell.Found} */
const NOTHING = { ours: [], harmed: false, exact: false };

/**
 * One try, undone where it was not exact; null where the editor changed the track meanwhile.
 * @param {Desk} desk
 * @param {Shell.Cargo} picture
 * @param {Shell.Cargo | null} heard
 * @param {Shell.Original | null} original
 * @param {boolean} apart
 */
async function tried(desk, picture, heard, original, apart) {
  const cargos = heard ? [picture, heard] : [picture];
  const markers = await markersOf(picture.media);
  const naming = await nameActions(desk, cargos);
  await desk.ready();
  const before = await Promise.all(cargos.map((cargo) => snapshot(desk, cargo.lane)));
  const marking = () => signs(desk, picture.head, markers);
  const more = () => [...marking(), ...hiding(original, true), ...naming()];
  try {
    await commit(desk, cargos, before, apart, more);
  } catch (error) {
    if (error instanceof Changed) return null;
    throw error;
  }
  const [seen, listened = NOTHING] = await Promise.all(
    cargos.map((cargo, index) => readBack(desk, cargo, before[index])),
  );
  const both = seen.exact && listened.exact;
  if (heard && !both) await undo(desk, listened.ours, heard.media.path);
  if (seen.exact) {
    const warnings = heard && !both ? [left(WRONGLY, heard.media.path)] : [];
    const kept = both ? listened.ours : [];
    return { row: seen.ours[0], ours: seen.ours, heard: kept, warnings, harmed: false };
  }
  const back = () => [...hiding(original, false), ...unmarkActions(markers, desk.order)];
  await undo(desk, seen.ours, picture.media.path, back);
  return { row: null, ours: seen.ours, heard: [], warnings: [], harmed: seen.harmed };
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Lane} lane
 * @returns {Promise<Shell.Cargo>}
 */
async function pictureCargo(desk, media, lane) {
  const audio = await restTrack(desk, media);
  const head = await headOf(media, ppro.Constants.MediaType.VIDEO);
  return { media, lane, head, video: lane.track, audio };
}

/**
 * @param {Desk} desk
 * @param {bigint} head where the times of the take's clip begin
 * @param {Ppro.Markers | null} markers
 */
function signs(desk, head, markers) {
  if (!markers || isMarked(markers, desk.order)) return [];
  return [markAction(markers, desk.order, desk.source.first + head)];
}

/**
 * Names for tracks that were made for the take, where this Premiere can give any.
 * @param {Desk} desk
 * @param {Shell.Cargo[]} cargos
 */
async function nameActions({ order, sequence }, cargos) {
  const made = cargos.filter((cargo) => cargo.lane.made);
  const lanes = made.map((cargo) => cargo.lane);
  const tracks = await Promise.all(lanes.map(({ kind, track }) => trackAt(sequence, kind, track)));
  const names = { video: order.track_name, audio: order.sound_track_name };
  return () =>
    tracks
      .map((track, index) => ({ track, name: names[lanes[index].kind] }))
      .filter(({ track }) => typeof track.createSetNameAction === "function")
      .map(({ track, name }) => track.createSetNameAction(name));
}

module.exports = { tried, pictureCargo, signs };
