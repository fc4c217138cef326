// Actions and transactions. In: what is to be done. Out: it is done, as one step of undo.
//
// Since 26.3 an action is made under `lockedAccess` alone; nothing may be waited for there, and an
// action does not outlive its lock. The fake asks for it in every version.

const { ApiObject } = require("./gate.js");

class Action extends ApiObject {
  constructor(lock, apply) {
    super();
    Object.defineProperties(this, { lock: { value: lock }, apply: { value: apply } });
  }
}

class CompoundAction extends ApiObject {
  constructor(actions) {
    super();
    Object.defineProperty(this, "actions", { value: actions });
  }
  addAction(action) {
    if (!(action instanceof Action)) throw new Error("Illegal parameter: not an action.");
    this.actions.push(action);
    return true;
  }
  get empty() {
    return this.actions.length === 0;
  }
}

/** An action of the panel that holds the lock now. `apply` gets what held before. */
function makeAction(api, name, apply) {
  const { lock } = api.world;
  if (!lock || lock.shell !== api.shell) throw new Error(`${name} outside of lockedAccess.`);
  return new Action(lock, apply);
}

function locked(api, callback) {
  const { world } = api;
  if (world.lock) throw new Error("lockedAccess within lockedAccess.");
  world.lock = { shell: api.shell };
  try {
    const answer = callback();
    if (answer && typeof answer.then === "function") throw new Error("It was awaited in.");
  } finally {
    world.lock = null;
  }
}

function transact(api, project, callback, name) {
  const { world } = api;
  if (!world.lock) throw new Error("executeTransaction outside of lockedAccess.");
  const actions = [];
  const answer = callback(world.gate.handed(api.shell, new CompoundAction(actions)));
  if (answer && typeof answer.then === "function") throw new Error("A transaction was awaited in.");
  if (actions.some((action) => action.lock !== world.lock)) {
    throw new Error("An action outlived its lock.");
  }
  const back = project.memento();
  const before = new Map([...project.clips()].map((clip) => [clip, clip.marks]));
  actions.forEach((action) => action.apply(before));
  project.undos.push({ name, back });
  return true;
}

module.exports = { Action, CompoundAction, makeAction, locked, transact };
