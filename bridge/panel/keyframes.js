// Keyframes of what is looked at: pictures at given times. In: a keyframe, where it is to stand.
// Out: a new list, or words that say why not. Nothing here touches the page.
//
// A keyframe: {id, frame, name, strip, frame_of} or {..., image}: `frame` counts record frames from the
// timeline's start, `strip` is where its picture is shown from (a height to be added).

import { timecodeOf } from "./timecode.js";

export const MOST = 64; // of one recipe
let made = 0;

// The same at another frame; `frame_of` stays: a picture may stand at another time than its own.
export function stood(list, keyframe, frame) {
  return sorted(list.map((one) => (one.id === keyframe.id ? { ...one, frame } : one)));
}

// What stands at that frame gives way: a painted picture takes the place of the frame it was made of.
export function added(list, keyframe) {
  made += 1;
  const others = list.filter(({ frame }) => frame !== keyframe.frame);
  return sorted([...others, { id: `keyframe-${made}`, ...keyframe }]);
}

export function without(list, id) {
  return list.filter((one) => one.id !== id);
}

// Why a keyframe cannot stand there, or "". `span`: {first, last, what}, null where there is none yet.
export function refusal(frame, span, facts) {
  if (!span) return "Say first where the new shot begins and how long it is.";
  const { first, last, what } = span;
  if (frame < first) {
    return `A keyframe cannot stand before the first frame of ${what}, ${timecodeOf(first, facts)}.`;
  }
  if (frame > last) {
    return `A keyframe cannot stand after the last frame of ${what}, ${timecodeOf(last, facts)}.`;
  }
  return "";
}

// The same for one of several: no two at one frame.
export function crowded(list, keyframe, frame) {
  const other = list.find((one) => one.frame === frame && one.id !== keyframe.id);
  return other ? `${other.name} already stands there.` : "";
}

// As a recipe takes them (`StillIn`), with a name and a picture for the page.
export function stills(list, facts) {
  return list.map(({ frame, name, strip, image, frame_of }) => ({
    at: timecodeOf(frame, facts),
    ...(image ? { image } : { frame_of }),
    name,
    strip,
  }));
}

function sorted(list) {
  return list.sort((one, other) => one.frame - other.frame);
}
