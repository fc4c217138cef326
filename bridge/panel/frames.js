// Pictures of exact frames. In: a strip's address, how many frames there are. Out: what a canvas draws.
//
//   new Frames(path, frames)      path: "/v1/selections/s1/shots/0/strip?", "/v1/takes/t1/strip?of=take"
//     .at(frame, height)          -> {bitmap, x, width, height, frame}: exactly that frame; where a newer
//                                    one was asked for meanwhile, an AbortError
//     .there(frame, height)       the same at once, or null: it would have to be fetched
//     .near(frame)                whatever is there and lies nearest, or null; never to be shown as current
//     .some(count, height)        -> evenly spaced pictures; null in the place of one that there is not
//     .close()                    nothing more is fetched, and what was is forgotten
//
// A drawn picture is to be used at once: the bitmap behind it may be forgotten later.

import { picture } from "./api.js";
import { Lane, inTurn } from "./lane.js";

const MOST_PIXELS = 24_000_000; // kept: about 100 MB
const NEARBY = 16; // frames: who steps that far is going on in that direction

export class Frames {
  #path;
  #frames;
  #lane = new Lane();
  #runs = new Map(); // key -> {first, strip, step}, the one used longest ago first
  #closing = new AbortController();
  #last = 0;

  constructor(path, frames) {
    this.#path = path;
    this.#frames = frames;
  }

  async at(frame, height) {
    const way = this.#wayTo(frame);
    const there = this.there(frame, height) ?? (await this.#fetched(frame, height));
    this.#lookAhead(frame, way, height);
    return there;
  }

  there(frame, height) {
    const run = this.#runOf(frame, height);
    const kept = this.#runs.get(run.key);
    if (!kept || frame - run.first >= kept.strip.count) return null;
    this.#runs.delete(run.key);
    this.#runs.set(run.key, kept);
    return cut(kept, frame - run.first);
  }

  near(frame) {
    let best = null;
    for (const kept of this.#runs.values()) {
      const place = Math.min(Math.max(frame - kept.first, 0), kept.strip.count - 1);
      const away = Math.abs(kept.first + place - frame);
      if (!best || away < best.away) best = { kept, place, away };
    }
    return best && cut(best.kept, best.place);
  }

  async some(count, height) {
    const { first, step, shown } = spread(this.#frames, count);
    const strip = await this.inPassing(first, shown, step, height);
    return Array.from({ length: strip.count }, (_, place) => cut({ first, strip, step }, place));
  }

  close() {
    this.#closing.abort();
    this.#lane.close();
    for (const { strip } of this.#runs.values()) strip.bitmap.close();
    this.#runs.clear();
  }

  // How many frames one request brings: large pictures come in shorter strips.
  size(height) {
    return height <= 180 ? 16 : height <= 360 ? 8 : 4;
  }

  load(first, count, step, height, signal) {
    const wanted = `first=${first}&count=${count}&step=${step}&height=${height}`;
    return picture(`${this.#path}&${wanted}`, signal);
  }

  inPassing(first, count, step, height) {
    const { signal } = this.#closing;
    return inTurn(() => this.load(first, count, step, height, signal), signal);
  }

  #runOf(frame, height) {
    const first = frame - (frame % this.size(height));
    return { first, key: `${first} ${height}` };
  }

  async #fetched(frame, height) {
    const run = this.#runOf(frame, height);
    await this.#run(run, height);
    const found = this.there(frame, height);
    if (!found) throw new RangeError(`There is no picture of frame ${frame}.`);
    return found;
  }

  #run({ first, key }, height, patience) {
    const count = Math.min(this.size(height), this.#frames - first);
    const load = async (signal) =>
      this.#keep(key, first, await this.load(first, count, 1, height, signal));
    return this.#lane.ask(key, load, patience);
  }

  #keep(key, first, strip) {
    if (this.#closing.signal.aborted) {
      strip.bitmap.close();
      throw this.#closing.signal.reason;
    }
    this.#runs.set(key, { first, strip, step: 1 });
    let pixels = 0;
    for (const [old, kept] of [...this.#runs].reverse()) {
      pixels += kept.strip.bitmap.width * kept.strip.bitmap.height;
      if (pixels < MOST_PIXELS || old === key) continue;
      kept.strip.bitmap.close();
      this.#runs.delete(old);
    }
  }

  #wayTo(frame) {
    const way = frame - this.#last;
    this.#last = frame;
    return Math.abs(way) <= NEARBY ? Math.sign(way) : 0;
  }

  // The next strip in the direction of going, while nothing else is asked for.
  #lookAhead(frame, way, height) {
    if (!way || !this.#lane.idle) return;
    const next = this.#runOf(frame, height).first + way * this.size(height);
    if (next < 0 || next >= this.#frames) return;
    const run = this.#runOf(next, height);
    if (!this.#runs.has(run.key)) this.#run(run, height, 0).catch(() => {});
  }
}

// What the timeline shows, over clips and gaps: one picture a request, by timecode.
export class Moments extends Frames {
  #address;

  // `address(frame)`: of the picture at that record frame, its height to be added.
  constructor(address) {
    super("", Infinity);
    this.#address = address;
  }

  size() {
    return 1;
  }

  load(first, _count, _step, height, signal) {
    return picture(`${this.#address(first)}&height=${height}`, signal);
  }

  // Of `frames` frames from `from` on.
  async some(count, height, from, frames) {
    const { first, step, shown } = spread(frames, count);
    const wanted = Array.from({ length: shown }, (_, place) => from + first + place * step);
    const strips = wanted.map((frame) => this.inPassing(frame, 1, 1, height));
    const found = await Promise.allSettled(strips);
    return found.map(({ value: strip }, place) =>
      strip ? cut({ first: wanted[place], strip, step: 1 }, 0) : null);
  }
}

function spread(frames, count) {
  const shown = Math.max(1, Math.min(count, frames));
  const step = Math.max(1, Math.floor(frames / shown));
  return { shown, step, first: Math.floor((frames - (shown - 1) * step - 1) / 2) };
}

function cut({ first, strip, step }, place) {
  const width = strip.bitmap.width / strip.count;
  const { bitmap } = strip;
  return { bitmap, x: place * width, width, height: bitmap.height, frame: first + place * step };
}
