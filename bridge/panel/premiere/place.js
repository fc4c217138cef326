// A take on a track where nothing lies. In: a desk. Out: what was read back, or an ending of
// `orders.js`. Modes above, replace and append.
//
// Decided first, then done in one step of undo, then read back. A run may be cut short anywhere:
// the next one finds by file and mark what lies there.

const { importMedia, checkLength } = require("./bins.js");
const { change } = require("./host.js");
const { idOf } = require("./items.js");
const { headOf, undo } = require("./lay.js");
const { isMarked, markersOf } = require("./marks.js");
const { Refused } = require("./orders.js");
const { hiding, isHidden, originalOf } = require("./original.js");
const { findPlaced } = require("./placed.js");
const { brought, disableBrought, removeBrought } = require("./silence.js");
const { missingSound, soundCargo, soundFor } = require("./sound.js");
const { pictureLane, trackName } = require("./tracks.js");
const { pictureCargo, signs, tried } = require("./trial.js");
const ppro = require("premierepro");

/** @typedef {import("./desk.js").Desk} Desk */

const MOST_TRIES = 6;

/**
 * @param {Desk} desk
 * @returns {Promise<Shell.Readback>}
 */
async function place(desk) {
  const { order, project, ways } = desk;
  const media = await importMedia(project, order.bins, order.media, ways.sleep);
  await checkLength(media, order.media_frames, desk.timebase);
  const original = await originalOf(desk);
  const found = media.fresh ? { done: null, leftovers: [] } : await findPlaced(desk, media);
  if (found.done) return adopted(desk, media, found.done, original);
  for (const row of found.leftovers) {
    await desk.ready();
    await undo(desk, [row], media.path);
  }
  const sound = await soundFor(desk);
  const laid = await layTake(desk, media, sound, original);
  return finished(desk, media, laid.row, original, laid.warnings, false);
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Sound} sound
 * @param {Shell.Original | null} original
 * @returns {Promise<{row: Shell.Row, warnings: string[]}>}
 */
async function layTake(desk, media, sound, original) {
  /** @type {Set<number>} */
  const spent = new Set();
  const lying = await brought(desk, media);
  let apart = false; // In and Out in a step of their own
  let linked = false; // the picture goes where the sound of its file goes
  /** @type {Shell.Row[]} */
  let seen = [];
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const lane = await pictureLane(desk, media, spent);
    const picture = await pictureCargo(desk, media, lane);
    const { cargo, warnings } = await soundCargo(desk, sound, lane);
    const found = await tried(desk, picture, cargo, original, apart);
    if (!found) continue;
    const alone = linked || (await removeBrought(desk, media, lying));
    if (found.harmed) throw harm(lane);
    if (found.row && alone) {
      const loud = linked ? await disableBrought(desk, media, lying) : [];
      return { row: found.row, warnings: [...warnings, ...found.warnings, ...loud] };
    }
    if (found.row && cargo) await undo(desk, found.heard, cargo.media.path);
    if (found.row) linked = true;
    else if (!found.ours.length) spent.add(lane.track);
    else if (apart) break;
    else apart = true;
    seen = found.ours.length ? found.ours : seen;
  }
  throw refusal(desk, seen);
}

/**
 * A take that lies there already: what a run that was cut short left to do.
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row} row
 * @param {Shell.Original | null} original
 */
async function adopted(desk, media, row, original) {
  const markers = await markersOf(media);
  const head = await headOf(media, ppro.Constants.MediaType.VIDEO);
  const late = () => [...signs(desk, head, markers), ...hiding(original, true)];
  await desk.ready();
  await change(desk.project, `Mark ${desk.order.name}`, late);
  const warnings = [...(await disableBrought(desk, media)), ...(await missingSound(desk, row))];
  if (row.start !== desk.start || row.end !== desk.end) {
    warnings.push("The take was moved or trimmed since it was placed.");
  }
  return finished(desk, media, row, original, warnings, true);
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row} row
 * @param {Shell.Original | null} original
 * @param {string[]} warnings
 * @param {boolean} known
 * @returns {Promise<Shell.Readback>}
 */
async function finished(desk, media, row, original, warnings, known) {
  const { order } = desk;
  const said = [...warnings];
  if (!isMarked(await markersOf(media), order)) said.push("The take could not be marked.");
  if (order.mode === "replace" && !(await isHidden(original))) {
    said.push("The original is not where it was, or cannot be disabled: it is still shown.");
  }
  if (order.mode !== "append" && row.track > order.track) {
    said.push(`It lies on V${row.track + 1}: the tracks below are taken there.`);
  }
  return {
    track: row.track + 1,
    track_name: await trackName(desk, { kind: "video", track: row.track, made: false }),
    record_start: desk.frame(row.start),
    frames: desk.frame(row.end - row.start),
    item: await idOf(row),
    warnings: said,
    adopted: known,
  };
}

/** @param {Shell.Lane} lane */
function harm({ track }) {
  const where = `V${track + 1}`;
  const message = `Premiere changed other clips on ${where} too. `;
  return new Refused(`${message}Choose Edit > Undo to restore them.`);
}

/**
 * @param {Desk} desk
 * @param {Shell.Row[]} seen
 */
function refusal(desk, seen) {
  const { record_start, frames } = desk.order;
  const wanted = `${frames} frames from frame ${record_start}`;
  const [row] = seen;
  if (row && row.start === desk.start && row.end === desk.end) {
    const message = "Premiere shows other frames of the take than it was told. ";
    return new Refused(`${message}Everything was undone.`);
  }
  const said = row ? spelled(desk, row) : "nothing";
  const found = row ? { track: row.track + 1, start: String(row.start), end: String(row.end) } : {};
  const message = `Premiere placed ${said}, where ${wanted} were wanted. Everything was undone.`;
  return new Refused(message, found);
}

/**
 * @param {Desk} desk
 * @param {Shell.Row} row
 */
function spelled(desk, { start, end, track }) {
  return `${desk.frame(end - start)} frames from frame ${desk.frame(start)} on V${track + 1}`;
}

module.exports = { place };
