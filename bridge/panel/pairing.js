// Which frames two takes have in common. In: takes as the daemon gives them. Out: a pair, or null.
//
// A clip may have been trimmed or moved between two takes of it. They are laid together by the source
// frames behind them; new shots, which have none, by their record frames.
//
// A pair: {frames, start, rate, a: side or null, b: side}. `start` is the record frame, from the
// timeline's start, of its frame 0; a side is {key, name, path, first, frames, width, height}: frame 0 of
// the pair is frame `first` of what `path` gives, which has `frames` frames.

export const ORIGINAL = "original";

// `a`: ORIGINAL, a take, or null where there is nothing to compare with; `b`: a take.
export function pairOf(a, b) {
  const alone = { frames: b.frames, start: b.record_start, rate: b.rate, a: null, b: sideOf(b, 0) };
  if (a === null) return alone;
  if (a === ORIGINAL) return { ...alone, a: originalOf(b) };
  const shift = a.rate === b.rate ? shiftOf(a, b) : null;
  const span = shift === null ? null : spanOf(a, b, shift);
  if (!span) return null;
  return {
    frames: span.frames, start: b.record_start + span.first, rate: b.rate,
    a: sideOf(a, span.first + shift), b: sideOf(b, span.first),
  };
}

export function nameOf(take) {
  return `Take ${take.number}`;
}

function sideOf(take, first) {
  const { id, frames, width, height } = take;
  const path = `/v1/takes/${encodeURIComponent(id)}/strip?of=take`;
  return { key: id, name: nameOf(take), path, first, frames, width, height };
}

function originalOf(take) {
  const path = `/v1/takes/${encodeURIComponent(take.id)}/strip?of=original`;
  return { ...sideOf(take, 0), key: ORIGINAL, name: "Original", path };
}

// How many record frames of `a` come before the first of `b`; null: they show other frames.
function shiftOf(a, b) {
  const here = b.record_start - a.record_start;
  if (!a.source || a.source !== b.source) return here;
  const [one, other] = [sourcesOf(a), sourcesOf(b)];
  const found = one.indexOf(other[0]);
  const moved = found < 0 ? -other.indexOf(one[0]) : found;
  return [here, moved].find((shift) => agree(one, other, shift)) ?? null;
}

function spanOf(a, b, shift) {
  const first = Math.max(0, -shift);
  const frames = Math.min(b.frames, a.frames - shift) - first;
  return frames > 0 ? { first, frames } : null;
}

function agree(one, other, shift) {
  const span = spanOf({ frames: one.length }, { frames: other.length }, shift);
  if (!span) return false;
  const { first, frames } = span;
  return other.slice(first, first + frames).every((frame, at) => frame === one[first + shift + at]);
}

// The source frame behind each record frame, handles left out.
function sourcesOf({ source_frames: runs, handles, frames }) {
  const all = runs.flatMap(({ first, step, count }) =>
    Array.from({ length: count }, (_, at) => first + step * at));
  return all.slice(handles.head, handles.head + frames);
}
