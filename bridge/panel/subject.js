// What the viewer looks at: a shot, or the place of a new one. In: a selection. Out: a subject.
//
//   {key, title, shot, first, frames, of the ruler; record frames from the timeline's start
//    last,                            the last frame of the ruler
//    span,                            {first, last, what} of what is made: where keyframes may stand;
//                                     null for a new shot that has no place yet
//    isNew,                           a new shot: the ruler shows what lies around it, too
//    pictures, place(frame),          Frames or Moments, and what they call a record frame
//    moment(frame), still(frame),     `frame_of` of a keyframe; where the full picture is saved from
//    film(count, height, subject)}    pictures for the ruler

import { Frames, Moments } from "./frames.js";
import { nominalOf, timecodeOf } from "./timecode.js";

const LEAST_AROUND = 2; // s seen before and after the place of a new shot

export function shotSubject(selection, index) {
  const shot = selection.shots[index];
  const { facts } = selection;
  const path = `/v1/selections/${selection.id}/shots/${index}`;
  const pictures = new Frames(`${path}/strip?`, shot.frames);
  // the track is said: what lies above this shot at that moment is not meant
  const track = /^V\d+/.exec(shot.place)?.[0];
  const first = shot.record_start;
  const last = first + shot.frames - 1;
  return {
    key: `shot ${index}`,
    shot,
    title: shot.name || shot.place,
    first,
    frames: shot.frames,
    last,
    span: { first, last, what: "the shot" },
    isNew: false,
    pictures,
    place: (frame) => frame - first,
    moment: (frame) => `${track ? `${track}@` : ""}${timecodeOf(frame, facts)}`,
    still: (frame) => `${path}/still?frame=${frame - first}`,
    film: (count, height) => pictures.some(count, height),
  };
}

// `range`: {first, frames}, or null where none was said yet: then the whole timeline is looked at.
export function newSubject(selection, range) {
  const { facts } = selection;
  const address = (frame) => momentPath(selection, timecodeOf(frame, facts));
  const pictures = new Moments(address);
  return placed({
    key: "new shot",
    title: "New shot",
    isNew: true,
    pictures,
    place: (frame) => frame,
    moment: (frame) => timecodeOf(frame, facts),
    still: (frame) => `${address(frame)}&height=1080`,
    film: (count, height, { first, frames }) => pictures.some(count, height, first, frames),
  }, range, facts);
}

// The new shot in another place; the ruler stays as it is where both of its edges can be seen.
export function placed(subject, range, facts) {
  const span = range && { first: range.first, last: range.first + range.frames - 1,
    what: "the new shot" };
  const fits = span && subject.first <= span.first && span.last <= subject.last;
  const seen = fits ? subject : around(range, facts);
  const { first, frames } = seen;
  return { ...subject, first, frames, last: first + frames - 1, span };
}

// The ruler of a new shot, as long as it must be to have that frame on it.
export function reaching(subject, frame) {
  const first = Math.min(subject.first, frame);
  const last = Math.max(subject.last, frame);
  return { ...subject, first, last, frames: last - first + 1 };
}

export function momentPath(selection, moment) {
  return `/v1/selections/${selection.id}/moment?at=${encodeURIComponent(moment)}`;
}

function around(range, facts) {
  if (!range) return { first: 0, frames: Math.max(1, facts.frames) };
  const room = Math.max(range.frames, LEAST_AROUND * nominalOf(facts.rate));
  const first = Math.max(0, range.first - room);
  const end = range.first + range.frames; // may lie beyond the timeline's last frame
  const seen = Math.max(end, Math.min(end + room, facts.frames));
  return { first, frames: seen - first };
}
