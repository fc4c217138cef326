// The sound that came with a take. In: a desk. Out: cargo for a free audio track, and warnings;
// the picture is placed in any case.

const { importMedia } = require("./bins.js");
const { allRows, fileOf } = require("./items.js");
const { commit, headOf, isExact, readBack, snapshot, undo } = require("./lay.js");
const { Refused } = require("./orders.js");
const { sameFile } = require("./paths.js");
const { soundLane } = require("./tracks.js");
const ppro = require("premierepro");

/** @typedef {import("./desk.js").Desk} Desk */

const WRONGLY = "Premiere placed it wrongly.";

/**
 * @param {Desk} desk
 * @returns {Promise<Shell.Sound>}
 */
async function soundFor({ order, project, ways }) {
  if (!order.sound) return { media: null, warnings: [] };
  try {
    return { media: await importMedia(project, order.bins, order.sound, ways.sleep), warnings: [] };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { media: null, warnings: [left(error.message, order.sound)] };
  }
}

/**
 * @param {Desk} desk
 * @param {Shell.Sound} sound
 * @param {{track: number}} picture
 * @returns {Promise<{cargo: Shell.Cargo | null, warnings: string[]}>}
 */
async function soundCargo(desk, sound, picture) {
  const { media } = sound;
  if (!media) return { cargo: null, warnings: sound.warnings };
  const lane = await soundLane(desk, media);
  if (!lane) {
    return { cargo: null, warnings: [left("No audio track is free there.", media.path)] };
  }
  const head = await headOf(media, ppro.Constants.MediaType.AUDIO);
  const cargo = { media, lane, head, video: picture.track, audio: lane.track };
  return { cargo, warnings: [] };
}

/**
 * For a picture that lies there already.
 * @param {Desk} desk
 * @param {Shell.Row} picture
 * @returns {Promise<string[]>} warnings
 */
async function missingSound(desk, picture) {
  const sound = await soundFor(desk);
  const { media } = sound;
  if (!media || (await liesThere(desk, media))) return sound.warnings;
  const { cargo, warnings } = await soundCargo(desk, sound, picture);
  if (!cargo) return warnings;
  await desk.ready();
  const before = await snapshot(desk, cargo.lane);
  await commit(desk, [cargo], [before], false, () => []);
  const found = await readBack(desk, cargo, before);
  if (found.exact) return warnings;
  await undo(desk, found.ours, media.path);
  return [...warnings, left(WRONGLY, media.path)];
}

/**
 * @param {Desk} desk
 * @param {Shell.Media} media
 */
async function liesThere(desk, media) {
  for (const row of await allRows(desk.sequence, "audio")) {
    const exact = await isExact(desk, row, 0n);
    if (exact && sameFile(await fileOf(row.item), media.path)) return true;
  }
  return false;
}

/**
 * @param {string} why
 * @param {string} path
 */
function left(why, path) {
  return `The sound of the take was not laid: ${why} The file is ${path}.`;
}

module.exports = { WRONGLY, left, soundFor, soundCargo, missingSound };
