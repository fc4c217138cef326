// What the editor means. In: a sequence. Out: the first rung that gives anything.
//
// 1 selected items, 2 items between In and Out, 3 the topmost item under the playhead. Only items
// of video tracks: linked sound is selected along with its picture.

const { ask } = require("./host.js");
const { allRows, rowOf, trackAt, trackCount } = require("./items.js");
const { ticksOf } = require("./ticks.js");

/**
 * @param {Ppro.Sequence} sequence
 * @returns {Promise<{rung: Shell.Rung, rows: Shell.Row[]}>}
 */
async function meant(sequence) {
  const chosen = await selected(sequence);
  if (chosen.length) return { rung: "selected", rows: chosen };
  const every = await allRows(sequence, "video");
  const marked = between(every, await marks(sequence));
  if (marked.length) return { rung: "marks", rows: marked };
  const under = await atPlayhead(sequence, every);
  return under.length ? { rung: "playhead", rows: under } : { rung: "none", rows: [] };
}

/** @param {Ppro.Sequence} sequence */
async function selected(sequence) {
  const selection = await ask(() => sequence.getSelection(), null);
  const items = selection ? await ask(() => selection.getTrackItems(), []) : [];
  const video = await videoType(sequence);
  const rows = [];
  for (const item of items) {
    const type = String(await ask(() => item.getMediaType(), null));
    if (type === video) rows.push(await rowOf(item, "video", await item.getTrackIndex()));
  }
  return rows;
}

/**
 * What items of video tracks say of their kind.
 * @param {Ppro.Sequence} sequence
 */
async function videoType(sequence) {
  if (!(await trackCount(sequence, "video"))) return "";
  const track = await trackAt(sequence, "video", 0);
  return String(await ask(() => track.getMediaType(), null));
}

/**
 * In and Out, null for what is not set: Premiere then answers a time before zero, or the whole.
 * @param {Ppro.Sequence} sequence
 */
async function marks(sequence) {
  const first = ticksOf(await ask(() => sequence.getInPoint(), null));
  const last = ticksOf(await ask(() => sequence.getOutPoint(), null));
  const end = ticksOf(await ask(() => sequence.getEndTime(), null)) ?? 0n;
  const from = first !== null && first > 0n ? first : null;
  const to = last !== null && last > 0n && last < end ? last : null;
  return { from, to };
}

/**
 * @param {Shell.Row[]} rows
 * @param {{from: bigint | null, to: bigint | null}} marked
 */
function between(rows, { from, to }) {
  if (from === null && to === null) return [];
  return rows.filter((row) => (to === null || row.start < to) && (from === null || row.end > from));
}

/**
 * @param {Ppro.Sequence} sequence
 * @param {Shell.Row[]} rows
 */
async function atPlayhead(sequence, rows) {
  const at = ticksOf(await ask(() => sequence.getPlayerPosition(), null));
  if (at === null) return [];
  return rows.filter((row) => row.start <= at && at < row.end).slice(-1);
}

module.exports = { meant };
