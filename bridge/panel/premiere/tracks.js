// The track a take goes on. In: a desk. Out: its number from 0, free where the take will lie.
//
// Premiere has no call that adds a track. Its documentation says that an insert past the last
// track makes one; of an overwrite it does not say what it does there. Which of them does is tried
// with the take itself, far behind everything on the sequence where it can push or cover nothing,
// and taken away again.

const { ask, change } = require("./host.js");
const { allRows, fileOf, rowsOn, trackAt, trackCount } = require("./items.js");
const { Refused } = require("./orders.js");
const { sameFile } = require("./paths.js");
const { removal } = require("./removal.js");
const { SECOND, ticksOf, timeOf } = require("./ticks.js");

/** @typedef {import("./desk.js").Desk} Desk */

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Set<number>} spent tracks that took nothing: locked ones, which cannot be seen
 * @returns {Promise<Shell.Lane>}
 */
async function pictureLane(desk, media, spent) {
  const { mode, track } = desk.order;
  const lowest = mode === "append" ? track - 1 : track; // tracks count from 1 in orders
  const found = await freeTrack(desk, "video", lowest, spent);
  if (found >= 0) return { kind: "video", track: found, made: false };
  const made = await newTrack(desk, "video", media);
  if (made >= 0) return { kind: "video", track: made, made: true };
  const message = `No video track is free above V${track} there. `;
  throw new Refused(`${message}Add one (Sequence > Add Tracks), then place finished takes.`);
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @returns {Promise<Shell.Lane | null>}
 */
async function soundLane(desk, media) {
  const found = await freeTrack(desk, "audio", 0);
  if (found >= 0) return { kind: "audio", track: found, made: false };
  const made = await newTrack(desk, "audio", media);
  return made < 0 ? null : { kind: "audio", track: made, made: true };
}

/**
 * The lowest track on which nothing lies where the take will; -1 where there is none.
 * @param {Desk} desk
 * @param {Shell.Kind} kind
 * @param {number} lowest
 * @param {Set<number>} [spent]
 */
async function freeTrack(desk, kind, lowest, spent = new Set()) {
  for (let index = lowest; index < (await trackCount(desk.sequence, kind)); index++) {
    if (!spent.has(index) && (await isFree(desk, kind, index))) return index;
  }
  return -1;
}

/**
 * @param {Desk} desk
 * @param {Shell.Kind} kind
 * @param {number} index
 */
async function isFree(desk, kind, index) {
  const rows = await rowsOn(desk.sequence, kind, index);
  return !rows.some((row) => row.start < desk.end && desk.start < row.end);
}

/**
 * @param {Desk} desk
 * @param {Shell.Kind} kind
 * @param {Shell.Media} media
 * @returns {Promise<number>} -1 where Premiere made none
 */
async function newTrack(desk, kind, media) {
  const before = await trackCount(desk.sequence, kind);
  for (const way of WAYS) {
    const past = before + way.past;
    const at = kind === "video" ? { video: past, audio: 0 } : { video: 0, audio: past };
    await triedBehind(desk, media, (time) => way.lay(desk, media, time, at));
    if ((await trackCount(desk.sequence, kind)) > before) return before;
  }
  return -1;
}

/**
 * @typedef {{video: number, audio: number}} Place
 * @typedef {(desk: Desk, media: Shell.Media, time: Ppro.TickTime, at: Place) => Ppro.Action} Lay
 */

/** @type {Lay} */
const overwrite = (desk, media, time, at) =>
  desk.editor.createOverwriteItemAction(media.item, time, at.video, at.audio);

/** @type {Lay} */
const insert = (desk, media, time, at) =>
  desk.editor.createInsertProjectItemAction(media.item, time, at.video, at.audio, true);

const WAYS = [
  { lay: overwrite, past: 0 },
  { lay: insert, past: 0 },
  { lay: insert, past: 1 },
];

/**
 * Lays the take far behind everything and takes it away again, wherever it fell.
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {(time: Ppro.TickTime) => Ppro.Action} lay
 * @returns {Promise<Shell.Row[]>} what had been laid
 */
async function triedBehind(desk, media, lay) {
  const behind = (await lastEnd(desk)) + SECOND;
  await desk.ready();
  await ask(() => change(desk.project, "Look for a track", () => [lay(timeOf(behind))]), undefined);
  const rows = await ownRows(desk, media, (row) => row.start >= behind);
  if (rows.length) await change(desk.project, "Keep the tracks", () => [removal(desk, rows)]);
  return rows;
}

/**
 * What is of that file among the wanted items, of both kinds: to ask each for its file costs.
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {(row: Shell.Row) => boolean} wanted
 */
async function ownRows({ sequence }, media, wanted) {
  const every = [...(await allRows(sequence, "video")), ...(await allRows(sequence, "audio"))];
  const found = [];
  for (const row of every.filter(wanted)) {
    if (sameFile(await fileOf(row.item), media.path)) found.push(row);
  }
  return found;
}

/** @param {Desk} desk */
async function lastEnd(desk) {
  const end = ticksOf(await ask(() => desk.sequence.getEndTime(), null)) ?? 0n;
  return end > desk.end ? end : desk.end;
}

/**
 * Where the sound in a take's own file may fall: the last track, for it may be of several channels,
 * and fall on those above too. That there is any is seen only once it fell.
 * @param {Desk} desk
 * @param {Shell.Media} media
 */
async function restTrack(desk, media) {
  const count = await trackCount(desk.sequence, "audio");
  if (count > 0 && (await isFree(desk, "audio", count - 1))) return count - 1;
  const made = await newTrack(desk, "audio", media);
  if (made >= 0) return made;
  const first = { video: 0, audio: 0 };
  const laid = await triedBehind(desk, media, (time) => overwrite(desk, media, time, first));
  if (!laid.some((row) => row.kind === "audio")) return 0;
  const message = "No audio track is free there, and the take's file brings sound along. ";
  throw new Refused(`${message}Add one (Sequence > Add Tracks), then place finished takes.`);
}

/**
 * @param {Desk} desk
 * @param {Shell.Lane} lane
 * @returns {Promise<string>}
 */
async function trackName(desk, lane) {
  const track = await trackAt(desk.sequence, lane.kind, lane.track);
  return String(track.name || "");
}

module.exports = { pictureLane, soundLane, restTrack, ownRows, trackName };
