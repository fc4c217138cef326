// What Premiere keeps. In: nothing. Out: projects, bins, clips, sequences, tracks, items.
//
// Times are ticks as BigInt: an item's start and end from the sequence's beginning, its `first` the
// lowest source time that it shows, from the media's head.

const { randomUUID } = require("node:crypto");

let numbers = 0;

function newId() {
  return String(++numbers).padStart(8, "0");
}

class Bin {
  constructor(name, parent = null) {
    Object.assign(this, { id: newId(), name, parent, children: [] });
  }
}

class Clip {
  /** `media`: {path, duration, start, rate, video, audio}; path "" and null for what has none. */
  constructor(name, media, more = {}) {
    Object.assign(this, {
      id: newId(),
      name,
      media,
      parent: null,
      marks: null, // {first, last}
      markers: [],
      offline: false,
      sequence: null,
      multicam: false,
      ...more,
    });
  }
}

class Item {
  constructor(clip, start, end, first, more = {}) {
    Object.assign(this, {
      id: newId(),
      clip,
      start,
      end,
      first,
      name: clip ? clip.name : "",
      speed: [1n, 1n], // source time by record time, a fraction; reversed is told apart
      reversed: false,
      disabled: false,
      adjustment: false,
      track: null,
      ...more,
    });
  }

  /** Source time shown. */
  get length() {
    return ((this.end - this.start) * this.speed[0]) / this.speed[1];
  }
}

class Track {
  constructor(kind, name) {
    Object.assign(this, { kind, name, items: [], locked: false });
  }

  add(item) {
    item.track = this;
    this.items.push(item);
    this.items.sort((one, other) => (one.start < other.start ? -1 : 1));
  }

  remove(item) {
    this.items = this.items.filter((one) => one !== item);
  }
}

class Sequence {
  constructor(name, timebase, more = {}) {
    Object.assign(this, {
      guid: randomUUID(),
      name,
      timebase,
      zero: 0n,
      drop: false,
      size: [1920, 1080],
      playhead: 0n,
      marks: { first: null, last: null },
      markers: [],
      selected: [],
      tracks: { video: [], audio: [] },
      clip: null,
      ...more,
    });
    for (const kind of ["video", "audio"]) this.trackAt(kind, 0);
  }

  /** Made where there is none. */
  trackAt(kind, index) {
    const tracks = this.tracks[kind];
    while (tracks.length <= index) {
      tracks.push(new Track(kind, `${kind === "video" ? "V" : "A"}${tracks.length + 1}`));
    }
    return tracks[index];
  }

  get items() {
    return [...this.tracks.video, ...this.tracks.audio].flatMap((track) => track.items);
  }

  get end() {
    return this.items.reduce((last, item) => (item.end > last ? item.end : last), 0n);
  }
}

class Project {
  constructor(name) {
    const root = new Bin("Root");
    Object.assign(this, {
      guid: randomUUID(),
      name,
      path: `/edit/${name}.prproj`,
      root,
      sequences: [],
      current: null,
      undos: [],
    });
  }

  addSequence(sequence) {
    const media = { path: "", duration: 0n, start: 0n, rate: 0, video: true, audio: true };
    sequence.clip = new Clip(sequence.name, media, { sequence, parent: this.root });
    this.root.children.push(sequence.clip);
    this.sequences.push(sequence);
    this.current = this.current ?? sequence;
    return sequence;
  }

  *clips(bin = this.root) {
    for (const child of bin.children) {
      if (child instanceof Bin) yield* this.clips(child);
      else yield child;
    }
  }

  /** What puts everything back as it is now: for one step of undo. */
  memento() {
    const saved = [];
    const keep = (thing, ...names) => {
      const copied = (value) => (Array.isArray(value) ? [...value] : value);
      const values = names.map((name) => copied(thing[name]));
      saved.push(() => names.forEach((name, index) => (thing[name] = values[index])));
    };
    for (const sequence of this.sequences) {
      const tracks = { video: [...sequence.tracks.video], audio: [...sequence.tracks.audio] };
      saved.push(() => (sequence.tracks = tracks));
      keep(sequence, "markers", "name");
      for (const track of [...tracks.video, ...tracks.audio]) keep(track, "items", "name");
      for (const item of sequence.items) {
        keep(item, "start", "end", "first", "disabled", "name", "track");
      }
    }
    for (const clip of this.clips()) keep(clip, "marks", "markers", "name");
    return () => saved.forEach((restore) => restore());
  }
}

module.exports = { Bin, Clip, Item, Track, Sequence, Project, newId };
