// Lays media on free tracks and believes nothing. In: cargo. Out: the items, exact, or nothing.
//
// All of a take is one step of undo: what is shown of the media, the picture, its sound, the
// marker. What counts is what the tracks hold afterwards.

const { ask, change } = require("./host.js");
const { fileOf, itemsOn, rowsOn, trackAt } = require("./items.js");
const { Changed, Refused } = require("./orders.js");
const { sameFile } = require("./paths.js");
const { removal } = require("./removal.js");
const { ticksOf, timeOf } = require("./ticks.js");

/** @typedef {import("./desk.js").Desk} Desk */

/**
 * What lay where the take goes, to be compared with afterwards.
 * @param {Desk} desk
 * @param {Shell.Lane} lane
 */
async function snapshot(desk, lane) {
  const track = await trackAt(desk.sequence, lane.kind, lane.track);
  return { track, rows: await rowsOn(desk.sequence, lane.kind, lane.track) };
}

/**
 * One transaction, or two where `apart`: whether a clip's In and Out hold for what is laid in the
 * same transaction nobody has measured.
 * @param {Desk} desk
 * @param {Shell.Cargo[]} cargos
 * @param {Shell.Before[]} before of each
 * @param {boolean} apart
 * @param {() => (Ppro.Action | object)[]} more
 */
async function commit(desk, cargos, before, apart, more) {
  const at = timeOf(desk.start);
  const marks = () => cargos.map((cargo) => inOut(desk, cargo));
  const laying = () =>
    cargos.map(({ media, video, audio }) =>
      desk.editor.createOverwriteItemAction(media.item, at, video, audio),
    );
  const untouched = () => {
    // somebody may have laid a clip there since it was looked at
    if (before.some(({ track, rows }) => itemsOn(track).length !== rows.length)) {
      throw new Changed("The track changed while the take was being placed. Nothing was done.");
    }
    return /** @type {Ppro.Action[]} */ ([]);
  };
  const name = `Place ${desk.order.name}`;
  const makers = apart
    ? [marks, () => [...laying(), ...more()]]
    : [() => [...marks(), ...laying(), ...more()]];
  await change(desk.project, name, untouched, ...makers);
}

/**
 * @param {Desk} desk
 * @param {Shell.Cargo} cargo
 */
function inOut(desk, cargo) {
  const { first, last } = desk.source;
  const { clip } = cargo.media;
  return clip.createSetInOutPointsAction(timeOf(first + cargo.head), timeOf(last + cargo.head));
}

/**
 * Where a clip's own times begin: at zero, or at its timecode. Told by where its In lies now.
 * @param {Shell.Media} media
 * @param {Ppro.MediaType} type
 */
async function headOf(media, type) {
  const facts = await ask(() => media.clip.getMedia(), null);
  const first = ticksOf(facts && facts.start) ?? 0n;
  const mark = ticksOf(await ask(() => media.clip.getInPoint(type), null)) ?? 0n;
  return first > 0n && mark >= first ? first : 0n;
}

/**
 * What is there now that was not, and whether everything else is as it was.
 * @param {Desk} desk
 * @param {Shell.Cargo} cargo
 * @param {Shell.Before} before
 * @returns {Promise<Shell.Found>}
 */
async function readBack(desk, cargo, before) {
  const { kind, track } = cargo.lane;
  const left = before.rows.map(spelled);
  const fresh = [];
  for (const row of await rowsOn(desk.sequence, kind, track)) {
    const known = left.indexOf(spelled(row));
    if (known >= 0) left.splice(known, 1);
    else fresh.push(row);
  }
  const ours = [];
  for (const row of fresh) {
    if (sameFile(await fileOf(row.item), cargo.media.path)) ours.push(row);
  }
  const harmed = left.length > 0 || ours.length !== fresh.length;
  const exact = ours.length === 1 && (await isExact(desk, ours[0], cargo.head));
  return { ours, harmed, exact: exact && !harmed };
}

/** @param {Shell.Row} row */
function spelled(row) {
  return `${row.start}-${row.end}`;
}

/**
 * Whether this item begins, ends and shows what was ordered, to the tick.
 * @param {Desk} desk
 * @param {Shell.Row} row
 * @param {bigint} head
 */
async function isExact(desk, row, head) {
  if (row.start !== desk.start || row.end !== desk.end) return false;
  const { first, last } = desk.source;
  const from = ticksOf(await ask(() => row.item.getInPoint(), null));
  const to = ticksOf(await ask(() => row.item.getOutPoint(), null));
  return [0n, head].some((zero) => from === first + zero && to === last + zero);
}

/**
 * Takes away what was laid, and nothing else.
 * @param {Desk} desk
 * @param {Shell.Row[]} rows of one track
 * @param {string} path their file
 * @param {() => (Ppro.Action | object)[]} [more]
 */
async function undo(desk, rows, path, more = () => []) {
  if (!rows.length) return;
  const [{ kind, track }] = rows;
  const gone = new Set(rows.map(spelled));
  const name = `Take ${desk.order.name} away`;
  await change(desk.project, name, () => [removal(desk, rows), ...more()]);
  for (const row of await rowsOn(desk.sequence, kind, track)) {
    if (!gone.has(spelled(row)) || !sameFile(await fileOf(row.item), path)) continue;
    throw new Refused("Premiere placed the take wrongly and did not let it be removed: delete it.");
  }
}

module.exports = { snapshot, commit, headOf, readBack, isExact, undo };
