// One running Premiere. In: habits, a way to look into files. Out: `World`, and cuts for tests.

const path = require("node:path");
const { Gate } = require("./gate.js");
const { habitsOf } = require("./habits.js");
const { Bin, Clip, Item, Project, Sequence } = require("./model.js");

class World {
  /** `probe(path)` gives a promise of {duration, start, rate, video, audio} in ticks, or null. */
  constructor(habits, probe) {
    this.habits = habitsOf(habits);
    this.pace = 1; // of the panels' clocks, in pauses
    this.patience = 1; // and in limits to waiting
    this.lock = null;
    this.gate = new Gate(this);
    this.projects = [];
    this.active = null;
    this.happens = []; // {method, after, work}: what the editor does meanwhile
    const stored = {};
    this.storage = {
      getItem: (name) => stored[name] ?? null,
      setItem: (name, value) => (stored[name] = String(value)),
    };
    this.probe = async (file) => {
      const found = await probe(file);
      if (!found) return null;
      const exact = { duration: BigInt(found.duration), start: BigInt(found.start) };
      return { ...found, ...exact, path: file };
    };
  }

  openProject(name) {
    let project = this.projects.find((one) => one.name === name);
    if (!project) this.projects.push((project = new Project(name)));
    this.active = project;
    return project;
  }

  sequenceOf(item) {
    const every = this.projects.flatMap((project) => project.sequences);
    return every.find((one) => one.items.includes(item));
  }

  /** Before a call of that method is carried out, something else happens once. */
  meanwhile(method) {
    const due = this.happens.filter((one) => one.method === method && one.after-- <= 0);
    this.happens = this.happens.filter((one) => !due.includes(one));
    due.forEach((one) => one.work());
  }

  addSequence({ name, timebase, zero, drop, size }) {
    const sequence = new Sequence(name, BigInt(timebase), { zero: BigInt(zero), drop, size });
    return this.active.addSequence(sequence);
  }

  async clip(file) {
    for (const clip of this.active.clips()) if (clip.media.path === file) return clip;
    const media = await this.probe(file);
    if (!media) throw new Error(`${file} is no media`);
    const clip = new Clip(path.basename(file), media, { parent: this.active.root });
    this.active.root.children.push(clip);
    return clip;
  }

  /** An item as an editor lays it; `first`, `start` and `length` are ticks as text. */
  async put(sequence, told) {
    const clip = told.path ? await this.clip(told.path) : (told.clip ?? null);
    return this.lay(sequence, clip, told);
  }

  /** The same at once, of a file that the project has. */
  putKnown(sequence, told) {
    const clips = [...this.active.clips()];
    return this.lay(sequence, clips.find((one) => one.media.path === told.path), told);
  }

  lay(sequence, clip, told) {
    const start = BigInt(told.start);
    const more = {
      speed: (told.speed ?? ["1", "1"]).map(BigInt),
      reversed: Boolean(told.reversed),
      adjustment: Boolean(told.adjustment),
    };
    const made = new Item(clip, start, start + BigInt(told.length), BigInt(told.first), more);
    made.name = told.name || made.name;
    sequence.trackAt(told.kind ?? "video", told.track).add(made);
    return made;
  }

  /** An item that shows what is no file: {offline, nested, multicam} name which. */
  async putOdd(sequence, told) {
    const pictures = { duration: 10n ** 15n, start: 0n, rate: 25, video: true, audio: false };
    const media = { path: told.path ?? "", ...pictures };
    const clip = told.bare ? null : new Clip(told.name, media, {
      parent: this.active.root,
      offline: Boolean(told.offline),
      sequence: told.nested ? sequence : null,
      multicam: Boolean(told.multicam),
    });
    if (clip) this.active.root.children.push(clip);
    return this.put(sequence, { ...told, path: "", clip });
  }

  bins(bin = this.active.root, above = "") {
    const found = {};
    for (const child of bin.children.filter((one) => one instanceof Bin)) {
      const name = above ? `${above}/${child.name}` : child.name;
      const clips = child.children.filter((one) => one instanceof Clip);
      Object.assign(found, { [name]: clips.map((one) => one.name) }, this.bins(child, name));
    }
    return found;
  }
}

module.exports = { World };
