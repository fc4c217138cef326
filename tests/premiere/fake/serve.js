// The fake over JSON lines. In: {"id", "do", "with"} on standard input. Out: {"id", "value"} or
// {"id", "error"}; {"ask", "path"} wants {"answer", "value"}; {"shell", "text"} and {"shell",
// "ended"} tell of a panel.

const readline = require("node:readline");
const { Shell } = require("./uxp.js");
const { World } = require("./world.js");

const ENDED = "Another panel places takes now";
const asks = new Map();
const shells = new Map();
let world = null;
let numbers = 0;

function tell(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

function probe(path) {
  const ask = ++numbers;
  tell({ ask, path });
  return new Promise((resolve) => asks.set(ask, resolve));
}

function sequence(guid) {
  const every = world.projects.flatMap((project) => project.sequences);
  return every.find((one) => one.guid === guid);
}

function item(id) {
  const every = world.projects.flatMap((project) => project.sequences.flatMap((one) => one.items));
  return every.find((one) => one.id === id);
}

function told(one, kind, track) {
  const { clip } = one;
  return {
    id: one.id,
    kind,
    track,
    name: one.name,
    path: clip ? clip.media.path : "",
    start: String(one.start),
    end: String(one.end),
    first: String(one.first),
    disabled: one.disabled,
    markers: clip ? clip.markers.map((marker) => ({ ...marker, start: String(marker.start) })) : [],
  };
}

const VERBS = {
  world: ({ habits, pace, patience }) => {
    world = new World(habits, probe);
    Object.assign(world, { pace, patience });
  },
  project: ({ name }) => void world.openProject(name),
  reopen: ({ name }) => {
    world.openProject(name).guid = `opened-${++numbers}`; // whether it stays the same is not known
  },
  close: () => void (world.active = null),
  sequence: (given) => {
    const made = world.addSequence(given);
    return made.guid;
  },
  switch: ({ guid }) => void (world.active.current = sequence(guid)),
  put: async ({ guid, ...given }) => (await world.put(sequence(guid), given)).id,
  odd: async ({ guid, ...given }) => (await world.putOdd(sequence(guid), given)).id,
  change: ({ id, ...given }) => {
    const found = item(id);
    for (const name of ["start", "end", "first"]) {
      if (given[name]) found[name] = BigInt(given[name]);
    }
    if ("disabled" in given) found.disabled = given.disabled;
  },
  markers: ({ path }) =>
    [...world.active.clips()]
      .filter(({ media }) => media.path === path)
      .flatMap((one) => one.markers.map(({ comments }) => comments)),
  put_now: ({ guid, ...given }) => void world.putKnown(sequence(guid), given),
  clear: ({ guid }) => {
    const found = sequence(guid);
    found.tracks = { video: found.tracks.video.slice(0, 1), audio: found.tracks.audio.slice(0, 1) };
    for (const track of [...found.tracks.video, ...found.tracks.audio]) track.items = [];
    world.active.root.children = world.active.root.children.filter((one) => one === found.clip);
  },
  ids: ({ id }) => item(id).clip && item(id).clip.id,
  remove: ({ id }) => item(id).track.remove(item(id)),
  select: ({ guid, ids }) => void (sequence(guid).selected = ids.map(item)),
  marks: ({ guid, first, last }) => {
    sequence(guid).marks = { first: first && BigInt(first), last: last && BigInt(last) };
  },
  marker: ({ guid, start, name }) =>
    void sequence(guid).markers.push({ name, comments: "", start: BigInt(start), colour: 0 }),
  playhead: ({ guid, at }) => void (sequence(guid).playhead = BigInt(at)),
  lock: ({ guid, kind, track }) => void (sequence(guid).trackAt(kind, track).locked = true),
  tracks: ({ guid }) =>
    Object.fromEntries(
      Object.entries(sequence(guid).tracks).map(([kind, tracks]) => [
        kind,
        tracks.map(({ name, items }, index) => ({
          name,
          items: items.map((one) => told(one, kind, index)),
        })),
      ]),
    ),
  sequences: () => world.active.sequences.map(({ guid, name }) => ({ guid, name })),
  current: () => world.active.current && world.active.current.guid,
  bins: () => world.bins(),
  undo: () => {
    const step = world.active.undos.pop();
    step.back();
    return step.name;
  },
  undos: () => world.active.undos.map((one) => one.name),
  fail: ({ method, ...fault }) => world.gate.fail(method, fault),
  mend: () => world.gate.mend(),
  meanwhile: ({ method, after, happens, given }) =>
    void world.happens.push({ method, after: after ?? 0, work: () => VERBS[happens](given) }),
  calls: () => world.gate.calls,
  unknown: () => world.gate.unknown,
  open: ({ folder, temp, config }) => {
    const number = ++numbers;
    const ended = () => tell({ shell: number, ended: true });
    const changed = (text) => {
      tell({ shell: number, text });
      if (text.startsWith(ENDED)) ended();
    };
    const shell = new Shell(world, { folder, temp, config, changed });
    shell.onDeath = ended;
    shells.set(number, shell);
    return number;
  },
  press: ({ shell, id }) => void shells.get(shell).press(id),
  kill: ({ shell, after }) => {
    if (after === undefined) shells.get(shell).kill();
    else shells.get(shell).killAfter = after;
  },
  lose: ({ shell, name, times }) => void (shells.get(shell).lose[name] = times),
  shell: ({ shell }) => {
    const { document, opened, asked } = shells.get(shell);
    const dot = [...document.getElementById("dot").classes];
    const status = document.getElementById("status").text;
    const page = document.getElementById("page").children.length;
    return { status, dot, page, visits: document.visits, opened, asked, copied: document.copied };
  },
};

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const message = JSON.parse(line);
  if ("answer" in message) return asks.get(message.answer)(message.value);
  try {
    tell({ id: message.id, value: (await VERBS[message.do](message.with)) ?? null });
  } catch (error) {
    tell({ id: message.id, error: String(error.stack) });
  }
});
process.stdin.on("end", () => process.exit(0));
process.on("unhandledRejection", (error) => tell({ trouble: String(error && error.stack) }));
