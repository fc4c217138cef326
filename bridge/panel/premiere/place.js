// A take on a track where nothing lies. In: a desk. Out: what was read back, or an ending of
// `orders.js`. Modes above, replace and append.
//
// Decided first, then done in one step of undo, then read back. A run may be cut short anywhere:
// the next one finds by file and mark what lies there.

const { importMedia, checkLength } = require("./bins.js");
const { ask, change } = require("./host.js");
const { idOf, rowsOn, trackAt } = require("./items.js");
const { commit, headOf, readBack, snapshot, undo } = require("./lay.js");
const { isMarked, markAction, markersOf, unmarkActions } = require("./marks.js");
const { Changed, Refused } = require("./orders.js");
const { findPlaced } = require("./placed.js");
const { missingSound, soundCargo, soundFor } = require("./sound.js");
const { span } = require("./ticks.js");
const { pictureLane, restTrack, trackName } = require("./tracks.js");
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
 * @param {Shell.Row | null} original
 * @returns {Promise<{row: Shell.Row, warnings: string[]}>}
 */
async function layTake(desk, media, sound, original) {
  /** @type {Set<number>} */
  const spent = new Set();
  let apart = false;
  /** @type {Shell.Row[]} */
  let seen = [];
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const lane = await pictureLane(desk, media, spent);
    const picture = await pictureCargo(desk, media, lane);
    const place = { track: lane.track, audio: picture.audio };
    const heard = await soundCargo(desk, sound, place);
    const found = await tried(desk, picture, heard.cargo, original, apart);
    if (!found) continue;
    if (found.row) return { row: found.row, warnings: [...heard.warnings, ...found.warnings] };
    if (!found.ours.length) spent.add(lane.track);
    else if (apart) break;
    else apart = true;
    seen = found.ours.length ? found.ours : seen;
  }
  throw refusal(desk, seen);
}

/**
 * One try, undone where it was not exact; null where the editor changed the track meanwhile.
 * @param {Desk} desk
 * @param {Shell.Cargo} picture
 * @param {Shell.Cargo | null} heard
 * @param {Shell.Row | null} original
 * @param {boolean} apart
 */
async function tried(desk, picture, heard, original, apart) {
  const cargos = heard ? [picture, heard] : [picture];
  const markers = await markersOf(picture.media);
  const naming = await nameActions(desk, cargos);
  await desk.ready();
  const before = await Promise.all(cargos.map((cargo) => snapshot(desk, cargo.lane)));
  const more = () => [...signs(desk, picture, markers), ...hiding(original, true), ...naming()];
  try {
    await commit(desk, cargos, before, apart, more);
  } catch (error) {
    if (error instanceof Changed) return null;
    throw error;
  }
  const [seen, listened] = await Promise.all(
    cargos.map((cargo, index) => readBack(desk, cargo, before[index])),
  );
  const sounds = heard && listened && !(listened.exact && seen.exact) ? listened.ours : [];
  if (heard) await undo(desk, sounds, heard.media.path);
  if (seen.exact) {
    const silent = heard && !listened.exact;
    const warnings = silent ? [`The sound of the take was not laid. The file is ${heard.media.path}.`] : [];
    return { row: seen.ours[0], ours: seen.ours, warnings };
  }
  const back = () => [...hiding(original, false), ...unmarkActions(markers, desk.order)];
  await undo(desk, seen.ours, picture.media.path, back);
  if (seen.harmed) throw harm(picture);
  return { row: null, ours: seen.ours, warnings: [] };
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
 * @param {Shell.Cargo} picture
 * @param {Ppro.Markers | null} markers
 */
function signs(desk, { media, head }, markers) {
  if (!markers || isMarked(markers, desk.order)) return [];
  return [markAction(markers, desk.order, desk.source.first + head)];
}

/**
 * The original of a take that takes its place: still there, but not shown.
 * @param {Shell.Row | null} original
 * @param {boolean} disabled
 */
function hiding(original, disabled) {
  if (!original || typeof original.item.createSetDisabledAction !== "function") return [];
  return [original.item.createSetDisabledAction(disabled)];
}

/**
 * Names for tracks that were made for the take, where this Premiere can give any.
 * @param {Desk} desk
 * @param {Shell.Cargo[]} cargos
 */
async function nameActions({ order, sequence }, cargos) {
  const made = cargos.filter((cargo) => cargo.lane.made);
  const tracks = await Promise.all(made.map(({ lane }) => trackAt(sequence, lane.kind, lane.track)));
  const names = { video: order.track_name, audio: order.sound_track_name };
  return () =>
    tracks
      .map((track, index) => ({ track, name: names[made[index].lane.kind] }))
      .filter(({ track }) => typeof track.createSetNameAction === "function")
      .map(({ track, name }) => track.createSetNameAction(name));
}

/**
 * The shot that is replaced, if it is still the same one.
 * @param {Desk} desk
 * @returns {Promise<Shell.Row | null>}
 */
async function originalOf({ order, sequence, timebase }) {
  const { original } = order;
  if (order.mode !== "replace" || !original) return null;
  const start = span(original.start, timebase);
  const end = span(original.start + original.frames, timebase);
  const rows = await ask(() => rowsOn(sequence, "video", order.track - 1), []);
  const row = rows.find((one) => one.start === start && one.end === end);
  if (!row || (original.id && (await idOf(row)) !== original.id)) return null;
  return row;
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row} row
 * @param {Shell.Row | null} original
 */
async function adopted(desk, media, row, original) {
  const markers = await markersOf(media);
  const hidden = original && (await ask(() => original.item.isDisabled(), false));
  const cargo = await pictureCargo(desk, media, { kind: "video", track: row.track, made: false });
  const late = () => [...signs(desk, cargo, markers), ...(hidden ? [] : hiding(original, true))];
  await desk.ready();
  await change(desk.project, `Mark ${desk.order.name}`, late);
  const warnings = await missingSound(desk, row);
  if (row.start !== desk.start || row.end !== desk.end) {
    warnings.push("The take was moved or trimmed since it was placed.");
  }
  return finished(desk, media, row, original, warnings, true);
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row} row
 * @param {Shell.Row | null} original
 * @param {string[]} warnings
 * @param {boolean} known
 * @returns {Promise<Shell.Readback>}
 */
async function finished(desk, media, row, original, warnings, known) {
  const { order } = desk;
  const said = [...warnings];
  if (!isMarked(await markersOf(media), order)) said.push("The take could not be marked.");
  if (order.mode === "replace" && !(original && (await ask(() => original.item.isDisabled(), false)))) {
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

/** @param {Shell.Cargo} picture */
function harm({ lane }) {
  const where = `V${lane.track + 1}`;
  return new Refused(`Premiere changed other clips on ${where} too. Choose Edit > Undo to restore them.`);
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
    return new Refused("Premiere shows other frames of the take than it was told. Everything was undone.");
  }
  const said = row
    ? `${desk.frame(row.end - row.start)} frames from frame ${desk.frame(row.start)} on V${row.track + 1}`
    : "nothing";
  const found = row ? { track: row.track + 1, start: String(row.start), end: String(row.end) } : {};
  return new Refused(`Premiere placed ${said}, where ${wanted} were wanted. Everything was undone.`, found);
}

module.exports = { place };
