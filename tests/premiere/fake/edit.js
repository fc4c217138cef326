// Edits as Premiere makes them. In: a sequence, a clip, a place. Out: items changed.
//
// An overwrite destroys what lies under it, an insert pushes what lies behind: tests see it.

const { Item } = require("./model.js");

/** `marks`: In and Out of the clip that hold for this edit, or null. */
function overwrite(world, sequence, clip, start, video, audio, marks) {
  const { overwriteBeyond } = world.habits;
  lay(sequence, clip, start, { video, audio }, marks, (kind, index) => {
    const count = sequence.tracks[kind].length;
    const there = index < count || overwriteBeyond === "makes";
    if (there) return sequence.trackAt(kind, Math.min(index, count));
    return overwriteBeyond === "clamps" ? sequence.tracks[kind][count - 1] : null;
  }, (track, from, to) => cut(track, from, to));
}

function insert(world, sequence, clip, start, video, audio, limitShift, marks) {
  const { insertBeyond } = world.habits;
  const length = shown(clip, marks).length;
  lay(sequence, clip, start, { video, audio }, marks, (kind, index) => {
    const count = sequence.tracks[kind].length;
    if (index < count) return sequence.tracks[kind][index];
    const makes = insertBeyond === "makes" || (insertBeyond === "greater" && index > count);
    return makes ? sequence.trackAt(kind, count) : null;
  }, (track, from) => push(limitShift ? [track] : all(sequence), from, length));
}

function lay(sequence, clip, start, places, marks, pick, prepare) {
  const { first, length } = shown(clip, marks);
  for (const kind of ["video", "audio"]) {
    if (!clip.media[kind]) continue;
    const track = pick(kind, places[kind]);
    if (!track || track.locked) continue;
    prepare(track, start, start + length);
    track.add(new Item(clip, start, start + length, first));
  }
}

function shown(clip, marks) {
  const first = marks ? marks.first : 0n;
  return { first, length: (marks ? marks.last : clip.media.duration) - first };
}

function all(sequence) {
  return [...sequence.tracks.video, ...sequence.tracks.audio].filter((track) => !track.locked);
}

/** Nothing is left between these times. */
function cut(track, from, to) {
  for (const item of [...track.items]) {
    if (item.end <= from || item.start >= to) continue;
    const { start, end, first } = item;
    track.remove(item);
    if (start < from) track.add(Object.assign(item, { end: from }));
    if (end > to) {
      const rest = start < from ? new Item(item.clip, to, end, first + (to - start)) : item;
      track.add(Object.assign(rest, { start: to, end, first: first + (to - start) }));
    }
  }
}

function push(tracks, from, by) {
  for (const track of tracks) {
    for (const item of [...track.items]) {
      if (item.end <= from) continue;
      if (item.start >= from) Object.assign(item, { start: item.start + by, end: item.end + by });
      else {
        const first = item.first + (from - item.start);
        const rest = new Item(item.clip, from + by, item.end + by, first);
        item.end = from;
        track.add(rest);
      }
    }
  }
}

function remove(world, items, ripple) {
  const linked = (item) => items.some((one) => one.clip === item.clip && one.start === item.start);
  const sequence = items.length && world.habits.removesLinked ? world.sequenceOf(items[0]) : null;
  for (const item of sequence ? sequence.items.filter(linked) : items) {
    if (item.track.locked || !item.track.items.includes(item)) continue;
    item.track.remove(item);
    if (ripple) close(item.track, item.start, item.end - item.start);
  }
}

function close(track, from, by) {
  for (const item of track.items) {
    if (item.start >= from) Object.assign(item, { start: item.start - by, end: item.end - by });
  }
}

module.exports = { overwrite, insert, remove };
