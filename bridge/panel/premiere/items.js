// What lies on the tracks. In: a sequence. Out: `Row` values: an item, its track, exact ticks.
//
// Premiere's API has no id for an item of a track: it is told by its track, place and media.

const ppro = require("premierepro");
const { ask } = require("./host.js");
const { ticksOf } = require("./ticks.js");

/**
 * @param {Ppro.Sequence} sequence
 * @param {Shell.Kind} kind
 * @returns {Promise<number>}
 */
async function trackCount(sequence, kind) {
  const question = kind === "video" ? "getVideoTrackCount" : "getAudioTrackCount";
  return Number(await sequence[question]());
}

/**
 * @param {Ppro.Sequence} sequence
 * @param {Shell.Kind} kind
 * @param {number} index from 0
 * @returns {Promise<Ppro.Track>}
 */
function trackAt(sequence, kind, index) {
  const question = kind === "video" ? "getVideoTrack" : "getAudioTrack";
  return Promise.resolve(/** @type {any} */ (sequence[question](index)));
}

/**
 * Plain from the beginning, so that it may be asked under a lock too.
 * @param {Ppro.Track} track
 * @returns {Ppro.Item[]}
 */
function itemsOn(track) {
  return track.getTrackItems(ppro.Constants.TrackItemType.CLIP, false) || [];
}

/**
 * @param {Ppro.Sequence} sequence
 * @param {Shell.Kind} kind
 * @param {number} index
 * @returns {Promise<Shell.Row[]>}
 */
async function rowsOn(sequence, kind, index) {
  const items = await Promise.resolve(itemsOn(await trackAt(sequence, kind, index)));
  return Promise.all(items.map((item) => rowOf(item, kind, index)));
}

/**
 * @param {Ppro.Item} item
 * @param {Shell.Kind} kind
 * @param {number} track
 * @returns {Promise<Shell.Row>}
 */
async function rowOf(item, kind, track) {
  const start = ticksOf(await item.getStartTime()) ?? 0n;
  const end = ticksOf(await item.getEndTime()) ?? 0n;
  return { item, kind, track, start, end };
}

/**
 * @param {Ppro.Sequence} sequence
 * @param {Shell.Kind} kind
 */
async function allRows(sequence, kind) {
  const found = [];
  for (let index = 0; index < (await trackCount(sequence, kind)); index++) {
    found.push(...(await rowsOn(sequence, kind, index)));
  }
  return found;
}

/**
 * The clip that an item shows; null for graphics and whatever else has none.
 * @param {Ppro.Item} item
 */
async function clipOf(item) {
  const known = await ask(() => item.getProjectItem(), null);
  return known && ask(() => ppro.ClipProjectItem.cast(known), null);
}

/**
 * @param {Ppro.Item} item
 * @returns {Promise<string>} empty where there is no file
 */
async function fileOf(item) {
  const clip = await clipOf(item);
  return clip ? ask(() => clip.getMediaFilePath(), "") : "";
}

/**
 * What tells an item from all others of its sequence.
 * @param {Shell.Row} row
 * @returns {Promise<string>}
 */
async function idOf(row) {
  const known = await ask(() => row.item.getProjectItem(), null);
  const media = known ? await ask(() => String(known.getId()), "") : "";
  return `${row.kind[0]}${row.track}@${row.start}-${row.end}:${media}`;
}

module.exports = {
  trackCount,
  trackAt,
  itemsOn,
  rowsOn,
  rowOf,
  allRows,
  clipOf,
  fileOf,
  idOf,
};
