// The whole sequence with the takes in it, as a new one. In: an order. Out: what was read back.
//
// That `importFiles` takes .otio is not documented: a sequence has come, or the editor is told how
// to import the file by hand. Reports say that some versions import it empty: it is looked through.

const { importMedia } = require("./bins.js");
const { ask, change } = require("./host.js");
const { allRows, fileOf, idOf } = require("./items.js");
const { HoldLost, Refused } = require("./orders.js");
const { sameFile } = require("./paths.js");
const { framesIn, span } = require("./ticks.js");

const LOOKS = [0, 0.2, 1, 3]; // seconds to wait before each

/**
 * @param {Shell.Order} order
 * @param {Shell.Opened} opened
 * @param {Shell.Ways} ways
 * @returns {Promise<Shell.Readback>}
 */
async function newSequence(order, opened, ways) {
  const project = /** @type {Ppro.Project} */ (opened.project);
  const there = (await project.getSequences()).find((one) => one.name === order.timeline_name);
  if (there) return readBack(order, there, true);
  for (const path of order.all_media) await importMedia(project, order.bins, path, ways.sleep);
  if (!(await ways.hold())) throw new HoldLost("Another panel has this sequence by now.");
  const made = await imported(order, project, ways);
  const { sequence } = opened;
  if (sequence) await ask(() => project.setActiveSequence(sequence), false);
  try {
    const found = await readBack(order, made, false);
    await renamed(order, project, made);
    return found;
  } catch (error) {
    await ask(() => project.deleteSequence(made), false);
    throw error;
  }
}

/**
 * @param {Shell.Order} order
 * @param {Ppro.Project} project
 * @param {Shell.Ways} ways
 */
async function imported(order, project, ways) {
  const before = new Set((await project.getSequences()).map((one) => String(one.guid)));
  await ask(() => project.importFiles([order.timeline_file], true), false);
  for (const seconds of LOOKS) {
    await ways.sleep(seconds);
    const found = (await project.getSequences()).find((one) => !before.has(String(one.guid)));
    if (found) return found;
  }
  throw new Refused(`Premiere did not import the new sequence. ${byHand(order)}`);
}

/**
 * By its name a sequence that came already is known again.
 * @param {Shell.Order} order
 * @param {Ppro.Project} project
 * @param {Ppro.Sequence} made
 */
async function renamed(order, project, made) {
  const item = await ask(() => made.getProjectItem(), null);
  if (!item || made.name === order.timeline_name) return;
  const name = () => [item.createSetNameAction(order.timeline_name)];
  await ask(() => change(project, "Name the new sequence", name), undefined);
}

/**
 * @param {Shell.Order} order
 * @param {Ppro.Sequence} sequence
 * @param {boolean} adopted
 * @returns {Promise<Shell.Readback>}
 */
async function readBack(order, sequence, adopted) {
  const timebase = BigInt(String(await sequence.getTimebase()));
  const start = span(order.record_start, timebase);
  const end = span(order.record_start + order.frames, timebase);
  for (const row of await allRows(sequence, "video")) {
    if (row.start !== start || row.end !== end) continue;
    if (!sameFile(await fileOf(row.item), order.media)) continue;
    return {
      track: row.track + 1,
      track_name: "",
      record_start: framesIn(row.start, timebase),
      frames: framesIn(row.end - row.start, timebase),
      item: await idOf(row),
      warnings: [],
      adopted,
      timeline: String(sequence.guid),
      timeline_name: order.timeline_name,
    };
  }
  const message = "The take is not where it belongs in the sequence that Premiere imported. ";
  throw new Refused(message + byHand(order), { timeline: String(sequence.name) });
}

/** @param {Shell.Order} order */
function byHand(order) {
  return `Import it by hand: File > Import, ${order.timeline_file}.`;
}

module.exports = { newSequence };
