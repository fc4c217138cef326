// What is to be said of a shot. In: a shot of a selection, the timeline's facts. Out: words.

import { counted, seconds } from "./dom.js";
import { rateOf } from "./timecode.js";

export function lengthOf(frames, rate) {
  return `${counted(frames, "frame")}, ${seconds(frames, rate)}`;
}

// "1" is said nothing of; "2" is 200 %, "-1" reversed, "0" a freeze.
export function speedOf({ speed }) {
  const [top, bottom] = rateOf(speed);
  if (top === 0) return "freeze frame";
  if (top === bottom) return "";
  const percent = (Math.abs(top) * 100) / bottom;
  const much = percent === 100 ? "" : `${Number(percent.toFixed(2))} %`;
  return [top < 0 ? "reversed" : "", much].filter(Boolean).join(", ");
}

export function notesOf(shot, facts) {
  const low = Math.min(shot.source_first, shot.source_last);
  const high = Math.max(shot.source_first, shot.source_last);
  const still = shot.media_frames === 1;
  return [
    shot.enabled ? "" : "Disabled in the timeline",
    !still && shot.media_rate !== facts.rate ? `Media at ${rateWords(shot.media_rate)}` : "",
    !still && (low < 0 || high >= shot.media_frames) ? "Uses frames beyond its media" : "",
  ].filter(Boolean);
}

// "24000/1001" -> "23.976 frames a second"
export function rateWords(rate) {
  const [top, bottom] = rateOf(rate);
  return `${Number((top / bottom).toFixed(3))} frames a second`;
}

// Handles: what the media has before and after the cut, in record frames.
export function handlesOf(shot, facts) {
  const [up, down] = rateOf(shot.speed);
  if (shot.media_frames === 1 || up === 0) return "The media has the same picture beyond the cut.";
  const [top, bottom] = rateOf(shot.media_rate);
  const [over, under] = rateOf(facts.rate);
  // source frames a record frame, as whole numbers
  const [step, whole] = [Math.abs(up) * top * under, down * bottom * over];
  const backwards = up < 0;
  const before = Math.max(0, backwards ? shot.media_frames - 1 - shot.source_first : shot.source_first);
  const after = Math.max(0, backwards ? shot.source_last : shot.media_frames - 1 - shot.source_last);
  const [head, tail] = [before, after].map((frames) => Math.floor((frames * whole) / step));
  return `The media has ${counted(head, "frame")} before the cut and ${tail} after it, for handles.`;
}
