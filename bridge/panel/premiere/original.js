// The shot that a take replaces. In: an order. Out: where it lies, if it is still the same one.

const { ask } = require("./host.js");
const { idOf, rowsOn } = require("./items.js");
const { span } = require("./ticks.js");

/**
 * @param {import("./desk.js").Desk} desk
 * @returns {Promise<Shell.Original | null>}
 */
async function originalOf({ order, sequence, timebase }) {
  const { original } = order;
  if (order.mode !== "replace" || !original) return null;
  const start = span(original.start, timebase);
  const end = span(original.start + original.frames, timebase);
  const rows = await ask(() => rowsOn(sequence, "video", original.track - 1), []);
  const row = rows.find((one) => one.start === start && one.end === end);
  if (!row || (original.id && (await idOf(row)) !== original.id)) return null;
  return { ...row, hidden: await isHidden(row) };
}

/** @param {Shell.Row | null} row */
async function isHidden(row) {
  return row !== null && (await ask(() => row.item.isDisabled(), false));
}

/**
 * Under Premiere's lock alone. One that the editor disabled stays so.
 * @param {Shell.Original | null} original
 * @param {boolean} disabled
 */
function hiding(original, disabled) {
  if (!original || original.hidden) return [];
  if (typeof original.item.createSetDisabledAction !== "function") return [];
  return [original.item.createSetDisabledAction(disabled)];
}

module.exports = { originalOf, isHidden, hiding };
