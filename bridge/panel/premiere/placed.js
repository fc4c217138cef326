// What lies on the sequence of a take already. In: a desk, its media. Out: what to make of each.
//
// A take is placed and marked in one step, so that what bears our mark was placed, wherever the
// editor has moved or trimmed it since. Left over from a run that was cut short is only what shows
// its whole media, handles and all, where a run lays it for a moment.

const { ask } = require("./host.js");
const { allRows, fileOf } = require("./items.js");
const { isExact } = require("./lay.js");
const { isMarked, markersOf } = require("./marks.js");
const { sameFile } = require("./paths.js");
const { SECOND, ticksOf } = require("./ticks.js");

/** @typedef {import("./desk.js").Desk} Desk */

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @returns {Promise<Shell.Placed>}
 */
async function findPlaced(desk, media) {
  const video = await allRows(desk.sequence, "video");
  const every = [...video, ...(await allRows(desk.sequence, "audio"))];
  /** @type {Shell.Row[]} */
  const ours = [];
  for (const row of every) if (sameFile(await fileOf(row.item), media.path)) ours.push(row);
  /** @type {Shell.Row[]} */
  const left = [];
  /** @type {Shell.Row[]} */
  const kept = [];
  for (const row of ours) {
    if (await isLeftOver(desk, media, row, every)) left.push(row);
    else if (row.kind === "video") kept.push(row);
  }
  const marked = isMarked(await markersOf(media), desk.order);
  const done = (await firstExact(desk, media, kept)) ?? (marked ? kept[0] : undefined) ?? null;
  return { done, leftovers: left };
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row[]} rows
 */
async function firstExact(desk, media, rows) {
  const head = ticksOf((await ask(() => media.clip.getMedia(), null))?.start) ?? 0n;
  for (const row of rows) {
    if (row.track >= lowest(desk) && (await isExact(desk, row, head))) return row;
  }
  return undefined;
}

/** @param {Desk} desk */
function lowest({ order }) {
  return order.mode === "append" ? order.track - 1 : order.track;
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row} row
 * @param {Shell.Row[]} every
 */
async function isLeftOver(desk, media, row, every) {
  const length = ticksOf((await ask(() => media.clip.getMedia(), null))?.duration);
  const whole = length !== null && row.end - row.start === length;
  if (!whole || row.end - row.start === desk.end - desk.start) return false;
  // but for its sound or picture, which begins with it
  const others = every.filter((other) => other.start !== row.start).map((other) => other.end);
  const behind = [desk.end, ...others].reduce((one, other) => (one > other ? one : other));
  return row.start === desk.start || row.start === behind + SECOND;
}

module.exports = { findPlaced, lowest };
