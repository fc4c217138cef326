// `require("premierepro")` of one panel. In: a world, a panel. Out: the API's own objects.

const { locked, transact, makeAction } = require("./action.js");
const { ClipProjectItem, FolderItem, casts, named } = require("./bins.js");
const { ApiObject } = require("./gate.js");
const { importOtio, exportOtio } = require("./otio.js");
const { Clip } = require("./model.js");
const { Markers, Sequence, SequenceEditor } = require("./sequences.js");
const { TrackItemSelection } = require("./tracks.js");
const { Constants, Guid, SECOND, TickTime } = require("./values.js");
const fs = require("node:fs");
const path = require("node:path");

class Project extends ApiObject {
  static promised = [
    "getActiveSequence",
    "setActiveSequence",
    "getSequences",
    "deleteSequence",
    "getRootItem",
    "importFiles",
  ];
  constructor(api, model) {
    super();
    Object.defineProperties(this, { api: { value: api }, model: { value: model } });
  }
  get guid() {
    return new Guid(this.model.guid);
  }
  get name() {
    return this.model.name;
  }
  get path() {
    return this.model.path;
  }
  getActiveSequence() {
    return this.model.current && new Sequence(this.api, this.model.current);
  }
  setActiveSequence(sequence) {
    this.model.current = sequence.model;
    return true;
  }
  getSequences() {
    return this.model.sequences.map((one) => new Sequence(this.api, one));
  }
  deleteSequence(sequence) {
    const { model } = sequence;
    this.model.sequences = this.model.sequences.filter((one) => one !== model);
    const { children } = model.clip.parent;
    children.splice(children.indexOf(model.clip), 1);
    if (this.model.current === model) this.model.current = this.model.sequences[0] ?? null;
    return true;
  }
  getRootItem() {
    return new FolderItem(this.api, this.model.root);
  }
  async importFiles(paths, suppressUI, bin) {
    if (suppressUI !== true) throw new Error("A dialog opened.");
    const target = bin ? bin.model : this.model.root;
    for (const one of paths) await this._imported(one, target);
    return true; // it says so in any case
  }
  async _imported(file, bin) {
    const { world } = this.api;
    if (file.endsWith(".otio")) {
      if (world.habits.importsOtio) await importOtio(world, this.model, file);
      return;
    }
    const media = await world.probe(file);
    if (!media) return;
    const clip = new Clip(path.basename(file), media, { parent: bin });
    setTimeout(() => bin.children.push(clip), world.habits.importSeconds * 1000 * world.pace);
    if (!world.habits.importSeconds) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  lockedAccess(callback) {
    locked(this.api, callback);
  }
  executeTransaction(callback, name) {
    return transact(this.api, this.model, callback, name);
  }
}

/** The API's own objects, as one panel sees them. */
function pproFor(world, shell) {
  const api = { world, shell };
  const own = {
    ...casts(api),
    Project: named(
      "ProjectStatic",
      { getActiveProject: () => world.active && new Project(api, world.active) },
      ["getActiveProject"],
    ),
    SequenceEditor: named("SequenceEditorStatic", {
      getEditor: (sequence) => new SequenceEditor(api, sequence.model),
    }),
    TickTime: named("TickTimeStatic", {
      createWithTicks: (ticks) => {
        if (typeof ticks !== "string") throw new Error("Illegal parameter: ticks.");
        return new TickTime(BigInt(ticks));
      },
      TIME_ZERO: new TickTime(0n),
      TIME_ONE_SECOND: new TickTime(SECOND),
    }),
    TrackItemSelection: named("TrackItemSelectionStatic", {
      createEmptySelection: (callback) => {
        callback(world.gate.handed(shell, new TrackItemSelection(api, [])));
        return true;
      },
    }),
    Marker: named("MarkerStatic", { MARKER_TYPE_COMMENT: "Comment" }),
    Markers: named(
      "MarkersStatic",
      {
        getMarkers: (owner) => {
          const none = owner instanceof ClipProjectItem && !world.habits.markers;
          if (none) throw new Error("Markers of clips are not supported.");
          return new Markers(api, owner.model);
        },
      },
      ["getMarkers"],
    ),
    ProjectConverter: named(
      "ProjectConverterStatic",
      world.habits.exports
        ? {
            exportAsOpenTimelineIO: (sequence, file) => {
              if (world.habits.exportWrites) fs.writeFileSync(file, exportOtio(sequence.model));
              return true;
            },
          }
        : {},
      ["exportAsOpenTimelineIO"],
    ),
  };
  const handed = {};
  for (const [name, thing] of Object.entries(own)) handed[name] = world.gate.handed(shell, thing);
  return { ...handed, Constants };
}

module.exports = { Project, pproFor, makeAction };
