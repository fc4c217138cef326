// The gate that every call of a panel goes through. In: calls and troubles. Out: answers.
//
// Objects of the API are handed out as proxies: each call is counted, may fail or be the panel's
// last, and answers with a Promise where the types say so (`promised` of its class).

const TARGET = Symbol("target");

class Gate {
  constructor(world) {
    this.world = world;
    this.calls = [];
    this.unknown = []; // names that were asked for and are not modelled
    this.faults = [];
  }

  /**
   * `method` gives `returns`, or raises, so many times, when `after` calls of it went well. With
   * `acts` it does its work all the same; with `kills` the panel ends there.
   */
  fail(method, wanted = {}) {
    const plain = { returns: null, times: 1, after: 0, acts: false, raises: "", kills: false };
    this.faults.push({ method, ...plain, ...wanted });
  }

  mend() {
    this.faults = [];
  }

  /** For one panel: `shell` has `dead`, `kill()` and its own `Error`. */
  handed(shell, thing) {
    if (Array.isArray(thing)) return thing.map((one) => this.handed(shell, one));
    if (!(thing instanceof ApiObject)) return thing;
    return new Proxy(thing, {
      get: (target, name) => {
        if (name === TARGET) return target;
        const value = Reflect.get(target, name, target);
        const asked = typeof name === "string" && !["then", "toJSON"].includes(name);
        if (value === undefined && asked) {
          this.unknown.push(`${target.kind}.${name}`);
        }
        if (typeof value !== "function" || name === "toString") return this.handed(shell, value);
        return (...given) => this.call(shell, target, name, given);
      },
    });
  }

  call(shell, target, name, given) {
    const full = `${target.kind}.${name}`;
    const promised = this.promised(target, name);
    try {
      const answer = this.answer(shell, full, () => target[name](...given.map(bare)));
      if (answer instanceof Promise) return answer.then((one) => this.handed(shell, one));
      return promised ? Promise.resolve(this.handed(shell, answer)) : this.handed(shell, answer);
    } catch (error) {
      const own = new shell.Error(error.message); // of the panel's own world, as a host's is
      if (promised) return Promise.reject(own);
      throw own;
    }
  }

  promised(target, name) {
    const { promises, version } = this.world.habits;
    if (target.kind === "Sequence" && name === "setSelection") return version < "26.3";
    return promises && (target.constructor.promised ?? []).includes(name);
  }

  answer(shell, full, act) {
    if (shell.dead) throw new Error("The panel is closed.");
    this.calls.push(full);
    this.world.meanwhile(full);
    if (shell.killAfter !== null && --shell.killAfter < 0) shell.kill();
    if (shell.dead) throw new Error("The panel is closed.");
    const fault = this.fault(full);
    if (!fault) return act();
    const done = fault.acts ? act() : undefined;
    if (fault.kills) {
      shell.kill();
      throw new Error("The panel is closed.");
    }
    if (fault.raises) throw new Error(fault.raises);
    return fault.acts && fault.returns === null ? done : fault.returns;
  }

  fault(full) {
    for (const fault of this.faults) {
      if (fault.method !== full || !fault.times) continue;
      if (fault.after) {
        fault.after -= 1;
        return null;
      }
      fault.times -= 1;
      return fault;
    }
    return null;
  }
}

/** Whatever the API hands out; `kind` is its name in the published types. */
class ApiObject {
  get kind() {
    return this.constructor.name;
  }
}

function bare(given) {
  if (Array.isArray(given)) return given.map(bare);
  return (given && typeof given === "object" && given[TARGET]) || given;
}

module.exports = { Gate, ApiObject, bare };
