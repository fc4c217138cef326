// The one transport of both sides. In: how many frames, their rate, how one is shown. Out: a player.
//
// `show(frame)` ends when that frame is on the page; one is under way at a time, and the newest wanted
// comes next. While it plays, the clock says which frame is wanted: what cannot be shown in time is
// left out, and nothing drifts.

import { rateOf } from "./timecode.js";

const FASTEST = 4; // times the rate

export function makePlayer({ frames, rate, show, changed }) {
  const [top, bottom] = rateOf(rate);
  let wanted = 0;
  let shown = -1; // -1: what is on the page is not up to date
  let busy = false;
  let going = null; // {step, from, since}: frames a frame, frame, milliseconds
  let looped = true;
  let closed = false;

  async function catchUp() {
    if (busy) return;
    busy = true;
    try {
      while (shown !== wanted && !closed) {
        shown = wanted;
        await show(wanted);
      }
    } finally {
      busy = false;
    }
  }

  function want(frame) {
    wanted = Math.min(Math.max(frame, 0), frames - 1);
    catchUp();
  }

  function tick(now) {
    if (!going || closed) return;
    const passed = Math.max(0, Math.floor(((now - going.since) * top) / (bottom * 1000)));
    const frame = going.from + going.step * passed;
    const inside = frame >= 0 && frame < frames;
    want(looped ? ((frame % frames) + frames) % frames : frame);
    if (inside || looped) requestAnimationFrame(tick);
    else pause();
  }

  function play(step) {
    const atEnd = step > 0 ? wanted === frames - 1 : wanted === 0;
    const from = atEnd ? (step > 0 ? 0 : frames - 1) : wanted;
    const idle = !going;
    going = { step, from, since: performance.now() };
    if (idle) requestAnimationFrame(tick);
    changed();
  }

  function pause() {
    going = null;
    changed();
  }

  return {
    frames,
    at: () => wanted,
    step: () => going?.step ?? 0,
    to(frame) {
      if (going) pause();
      want(frame);
    },
    toggle: () => (going ? pause() : play(1)),
    // J and L: once more in the same direction is twice as fast
    shuttle(way) {
      const step = going?.step ?? 0;
      play(step * way > 0 ? Math.sign(step) * Math.min(Math.abs(step) * 2, FASTEST) : way);
    },
    pause,
    loop(on) {
      looped = on;
    },
    again() {
      shown = -1;
      catchUp();
    },
    close() {
      closed = true;
    },
  };
}
