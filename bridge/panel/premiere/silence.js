// The sound in a take's own file, which comes along with its picture. In: a desk. Out: it is gone.
//
// The original's sound stays where it lies, so that a second one is too much. Premiere lays both;
// what it brought along is removed, or disabled where removing it would take the picture too.

const { ask, change } = require("./host.js");
const { removal } = require("./removal.js");
const { ownRows } = require("./tracks.js");

/** @typedef {import("./desk.js").Desk} Desk */

/**
 * What of the take's file is heard at its place.
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row[]} [lying] what the editor laid there before
 * @returns {Promise<Shell.Row[]>}
 */
async function brought(desk, media, lying = []) {
  const here = (/** @type {Shell.Row} */ row) => row.kind === "audio" && row.start === desk.start;
  const found = [];
  for (const row of await ownRows(desk, media, here)) {
    const old = lying.some((one) => one.track === row.track && one.end === row.end);
    if (!old && !(await ask(() => row.item.isDisabled(), false))) found.push(row);
  }
  return found;
}

/**
 * Whether the picture is still there: Premiere may take away what is linked along with it.
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row[]} lying
 * @returns {Promise<boolean>}
 */
async function removeBrought(desk, media, lying) {
  const rows = await brought(desk, media, lying);
  if (!rows.length) return true;
  await change(desk.project, "Keep the picture alone", () => [removal(desk, rows)]);
  const left = await ownRows(desk, media, (row) => row.start === desk.start);
  return left.some((row) => row.kind === "video");
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 * @param {Shell.Row[]} [lying]
 * @returns {Promise<string[]>} warnings
 */
async function disableBrought(desk, media, lying = []) {
  const rows = await brought(desk, media, lying);
  const able = rows.filter((row) => typeof row.item.createSetDisabledAction === "function");
  const actions = () => able.map((row) => row.item.createSetDisabledAction(true));
  await change(desk.project, "Silence the take's own sound", actions);
  const [loud] = await brought(desk, media, lying);
  return loud ? [`The take's own sound is heard on A${loud.track + 1}: remove it.`] : [];
}

module.exports = { brought, removeBrought, disableBrought };
