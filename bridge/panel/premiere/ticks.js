// Times as Premiere keeps them. In: TickTime values, frames. Out: exact whole ticks as BigInt.
//
// A second has 254 016 000 000 ticks, so that a plain number is exact for nine hours only; a
// sequence's timebase, the ticks of one of its frames, divides into it for every rate.

const ppro = require("premierepro");

const SECOND = 254016000000n;

/**
 * @param {{ticks: string} | null | undefined} time
 * @returns {bigint | null} null where Premiere gave no time
 */
function ticksOf(time) {
  const text = time ? String(time.ticks) : "";
  return /^-?\d+$/.test(text) ? BigInt(text) : null;
}

/** @param {bigint} ticks */
function timeOf(ticks) {
  return ppro.TickTime.createWithTicks(String(ticks));
}

/**
 * @param {number} frames whole
 * @param {bigint} timebase ticks of one frame
 */
function span(frames, timebase) {
  return BigInt(frames) * timebase;
}

/**
 * @param {bigint} ticks
 * @param {bigint} timebase
 * @returns {number} whole frames; a part of one is dropped
 */
function framesIn(ticks, timebase) {
  return Number(ticks / timebase);
}

module.exports = { SECOND, ticksOf, timeOf, span, framesIn };
