// OTIO as Premiere writes and reads it. In: a sequence, a file. Out: a file's text, a sequence.
//
// The shape is that of second-hand reports (`reference/timelines.md` 3.1): the sequence's name is
// that of the stack of tracks, and the length of a retimed clip counts source frames.

const fs = require("node:fs");
const { Clip, Item, Sequence } = require("./model.js");
const { SECOND } = require("./values.js");

const KEY = "PremierePro_OTIO";

function exportOtio(sequence) {
  const rate = Number(SECOND) / Number(sequence.timebase);
  const frames = (ticks) => Number(ticks) / Number(sequence.timebase);
  const time = (ticks) => ({ OTIO_SCHEMA: "RationalTime.1", rate, value: frames(ticks) });
  const range = (start, length) => ({
    OTIO_SCHEMA: "TimeRange.1",
    start_time: time(start),
    duration: time(length),
  });
  const tracks = ["video", "audio"].flatMap((kind) =>
    sequence.tracks[kind].map((track) => trackOut(track, range)),
  );
  return JSON.stringify({
    OTIO_SCHEMA: "Timeline.1",
    metadata: { [KEY]: { MetadataVersion: "1.0" } },
    name: "",
    global_start_time: time(sequence.zero),
    tracks: {
      OTIO_SCHEMA: "Stack.1",
      name: sequence.name,
      metadata: { [KEY]: { AudioFrameRate: 48000, VideoFrameRate: rate } },
      children: tracks,
    },
  });
}

function trackOut(track, range) {
  const children = [];
  let at = 0n;
  for (const item of track.items) {
    const gap = item.start - at;
    if (gap > 0n) children.push({ OTIO_SCHEMA: "Gap.1", source_range: range(0n, gap) });
    children.push(clipOut(item, range));
    at = item.end;
  }
  const kind = track.kind === "video" ? "Video" : "Audio";
  return { OTIO_SCHEMA: "Track.1", kind, name: track.name, children };
}

function clipOut(item, range) {
  const { clip } = item;
  const start = clip ? clip.media.start : 0n;
  return {
    OTIO_SCHEMA: "Clip.1",
    name: item.name,
    enabled: !item.disabled,
    source_range: range(start + item.first, item.length),
    effects: effects(item),
    media_reference: reference(clip, range),
  };
}

function effects(item) {
  const [over, under] = item.speed;
  const scalar = (Number(over) / Number(under)) * (item.reversed ? -1 : 1);
  const warp = { OTIO_SCHEMA: "LinearTimeWarp.1", name: "", effect_name: "", time_scalar: scalar };
  return scalar === 1 ? [] : [warp]; // one of 1 makes Premiere drop other effects
}

function reference(clip, range) {
  if (!clip || !clip.media.path || clip.offline) return { OTIO_SCHEMA: "MissingReference.1" };
  return {
    OTIO_SCHEMA: "ExternalReference.1",
    target_url: `file://${encodeURI(clip.media.path)}`,
    available_range: range(clip.media.start, clip.media.duration),
  };
}

async function importOtio(world, project, file) {
  const told = JSON.parse(fs.readFileSync(file, "utf8"));
  const stack = told.tracks;
  const like = project.current;
  const name = told.name || stack.name || "Imported";
  const made = new Sequence(name, like.timebase, { zero: like.zero, size: like.size });
  const counts = { Video: 0, Audio: 0 };
  for (const track of stack.children) {
    const kind = track.kind === "Audio" ? "audio" : "video";
    await fill(world, project, made, made.trackAt(kind, counts[track.kind]++), track);
  }
  project.addSequence(made);
  project.current = made; // an import opens what it made
}

async function fill(world, project, sequence, track, told) {
  let at = 0n;
  for (const child of told.children) {
    const kind = child.OTIO_SCHEMA.split(".")[0];
    if (kind === "Transition") continue;
    const range = child.source_range ?? activeReference(child).available_range;
    const first = ticks(sequence, range.start_time);
    const length = ticks(sequence, range.duration);
    const reference = kind === "Clip" ? activeReference(child) : null;
    const url = reference ? reference.target_url : "";
    const clip = url ? await clipFor(world, project, url) : null;
    if (kind !== "Gap") {
      const head = clip ? first - clip.media.start : 0n;
      track.add(new Item(clip, at, at + length, head, { name: child.name }));
    }
    at += length;
  }
}

function activeReference(clip) {
  return clip.media_reference ?? clip.media_references[clip.active_media_reference_key];
}

function ticks(sequence, time) {
  const rate = Number(SECOND) / Number(sequence.timebase);
  return BigInt(Math.round((time.value / time.rate) * rate)) * sequence.timebase;
}

async function clipFor(world, project, url) {
  const path = decodeURI(url.replace(/^file:\/\//, ""));
  for (const clip of project.clips()) if (clip.media.path === path) return clip;
  const media = await world.probe(path);
  if (!media) return null;
  const clip = new Clip(path.split("/").pop(), media, { parent: project.root });
  project.root.children.push(clip);
  return clip;
}

module.exports = { exportOtio, importOtio };
