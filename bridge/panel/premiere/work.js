// One order, from the claim to the answer. In: an order. Out: the daemon knows.
//
// The order counts as done only once `ack` was sent: a panel that is closed before leaves what the
// next one finds again.

const { importMedia } = require("./bins.js");
const { DaemonError } = require("./daemon.js");
const { deskFor } = require("./desk.js");
const { messageOf, nowOpen, program } = require("./host.js");
const { Elsewhere, HoldLost, Refused } = require("./orders.js");
const { place } = require("./place.js");
const { newSequence } = require("./timelines.js");

const ON_SEQUENCE = ["above", "replace", "append"];
const OLD = "This panel knows no way to place as";
const INSTALL = "Run: nle-bridge install premiere";

/**
 * Whether the order is settled; `DaemonError` where the daemon did not take the answer.
 * @param {Shell.Bench} bench
 * @param {Shell.Order} order
 * @returns {Promise<boolean>}
 */
async function work(bench, order) {
  const opened = await nowOpen();
  try {
    const readback = await done(bench, order, opened);
    await bench.verbs.ack(order.id, "placed", { ...readback, ...facts() });
    readback.warnings.forEach(bench.say);
    return true;
  } catch (error) {
    return ended(bench, order, opened, error);
  }
}

/**
 * @param {Shell.Bench} bench
 * @param {Shell.Order} order
 * @param {Shell.Opened} opened when the work began
 * @param {unknown} error
 */
async function ended(bench, order, opened, error) {
  if (error instanceof DaemonError) throw error;
  if (error instanceof HoldLost) return false;
  const now = await nowOpen();
  const away = now.projectId !== opened.projectId; // closed in the middle: that refuses no take
  if (error instanceof Elsewhere || away) {
    await bench.verbs.release(order.id, messageOf(error));
    bench.say(messageOf(error) + ".");
    return false;
  }
  const refused = error instanceof Refused ? error : new Refused(`Premiere: ${messageOf(error)}.`);
  const found = { reason: refused.message, found: refused.found };
  await bench.verbs.ack(order.id, "refused", { ...found, ...facts() });
  bench.say(refused.message);
  return true;
}

/**
 * @param {Shell.Bench} bench
 * @param {Shell.Order} order
 * @param {Shell.Opened} opened
 * @returns {Promise<Shell.Readback>} what was read back; else one of the endings of `orders.js`
 */
async function done(bench, order, opened) {
  checkPlace(order, opened);
  const ways = { hold: () => bench.verbs.hold(order.id), sleep: bench.sleep };
  if (order.mode === "timeline") return newSequence(order, opened, ways);
  if (order.mode === "bin") return keepInBin(order, opened, ways);
  if (!ON_SEQUENCE.includes(order.mode)) throw new Refused(`${OLD} "${order.mode}". ${INSTALL}`);
  return place(await deskFor(order, opened, ways));
}

/**
 * `Elsewhere` unless the order's project, and the sequence it is laid on, are open. An empty id is
 * any.
 * @param {Shell.Order} order
 * @param {Shell.Opened} opened
 */
function checkPlace(order, opened) {
  const { projectId, projectName, sequenceId, sequenceName } = opened;
  if (!opened.project || !["", projectId].includes(order.project_id)) {
    throw new Elsewhere(elsewhere("project", projectName));
  }
  const placed = ON_SEQUENCE.includes(order.mode);
  if (placed && (!opened.sequence || !["", sequenceId].includes(order.timeline_id))) {
    throw new Elsewhere(elsewhere("sequence", sequenceName));
  }
}

/**
 * @param {string} what
 * @param {string} name
 */
function elsewhere(what, name) {
  if (!name) return `No ${what} is open; the take belongs to one.`;
  return `The ${what} "${name}" is open; the take belongs to another.`;
}

/**
 * A take that belongs on no sequence.
 * @param {Shell.Order} order
 * @param {Shell.Opened} opened
 * @param {Shell.Ways} ways
 * @returns {Promise<Shell.Readback>}
 */
async function keepInBin(order, opened, ways) {
  const project = /** @type {Ppro.Project} */ (opened.project);
  const media = await importMedia(project, order.bins, order.media, ways.sleep);
  return { frames: order.frames, item: media.id, warnings: [], adopted: false };
}

function facts() {
  return { ...program(), lane: "uxp", end_frame: "" };
}

module.exports = { work };
