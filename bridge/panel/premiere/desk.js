// What a take is laid with. In: an order, what is open, the run's ways out. Out: `Desk`.

const ppro = require("premierepro");
const { ask, nowOpen } = require("./host.js");
const { Elsewhere, HoldLost, Refused } = require("./orders.js");
const { framesIn, span } = require("./ticks.js");

class Desk {
  /**
   * @param {Shell.Order} order
   * @param {Shell.Opened} opened with a sequence
   * @param {bigint} timebase ticks of one frame of the sequence
   * @param {Shell.Ways} ways
   */
  constructor(order, opened, timebase, ways) {
    this.order = order;
    this.project = /** @type {Ppro.Project} */ (opened.project);
    this.sequence = /** @type {Ppro.Sequence} */ (opened.sequence);
    this.sequenceId = opened.sequenceId;
    this.timebase = timebase;
    this.ways = ways;
    this.start = span(order.record_start, timebase);
    this.end = span(order.record_start + order.frames, timebase);
  }

  /**
   * Before anything is written: the order is still ours, and the same sequence is open.
   */
  async ready() {
    if (!(await this.ways.hold())) throw new HoldLost("Another panel has this take by now.");
    const now = await nowOpen();
    if (now.sequenceId !== this.sequenceId) {
      throw new Elsewhere("Another sequence was opened while the take was being placed.");
    }
  }

  get editor() {
    return ppro.SequenceEditor.getEditor(this.sequence);
  }

  /** @param {bigint} ticks */
  frame(ticks) {
    return framesIn(ticks, this.timebase);
  }

  /** The ticks of the media that are shown, from its first frame. */
  get source() {
    const first = span(this.order.source_start, this.timebase);
    return { first, last: first + this.end - this.start };
  }
}

/**
 * @param {Shell.Order} order
 * @param {Shell.Opened} opened
 * @param {Shell.Ways} ways
 */
async function deskFor(order, opened, ways) {
  const { sequence } = opened;
  if (!sequence) throw new Elsewhere("No sequence is open; the take belongs to one.");
  const told = String(await ask(() => sequence.getTimebase(), ""));
  if (!/^[1-9]\d*$/.test(told)) {
    throw new Refused("Premiere does not say the sequence's frame rate.");
  }
  return new Desk(order, opened, BigInt(told), ways);
}

module.exports = { Desk, deskFor };
