// One panel in a UXP of its own. In: a world, the panel's folder and config. Out: `Shell`.
//
// A global object with what UXP has and no more (no TextDecoder, no EventSource, no process), and
// UXP's own `require` for the panel's files. A panel that was closed or killed calls nothing more,
// asks nobody and wakes up no more.

const { webcrypto } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const { Document } = require("./dom.js");
const { pproFor } = require("./ppro.js");

const SLOW = 4000; // milliseconds, from which on a timer is one of patience

class Shell {
  /** `changed(text)` is told of every status; `temp` is the panel's own folder on the disk. */
  constructor(world, { folder, temp, config, changed }) {
    Object.assign(this, { world, folder, temp, dead: false, killAfter: null, opened: [] });
    this.asked = []; // "METHOD path" of every request
    this.lose = {}; // "METHOD path": how many answers get lost
    this.onDeath = () => {};
    this.document = new Document(path.join(folder, "index.html"), world.habits, (element) => {
      if (!this.dead && element === this.document.getElementById("status")) changed(element.text);
    });
    this.context = vm.createContext(this.globals());
    this.Error = vm.runInContext("Error", this.context);
    this.modules = new Map([
      ["premierepro", pproFor(world, this)],
      ["uxp", this.uxp()],
      [path.join(folder, "config.js"), config],
    ]);
    for (const script of this.document.scripts) this.load(path.join(folder, script));
  }

  load(file) {
    if (this.modules.has(file)) return this.modules.get(file);
    const module = { exports: {} };
    this.modules.set(file, module.exports);
    const source = `(function (require, module, exports) {${fs.readFileSync(file, "utf8")}\n})`;
    const run = vm.runInContext(source, this.context, { filename: file });
    run((name) => this.required(name, file), module, module.exports);
    this.modules.set(file, module.exports);
    return module.exports;
  }

  required(name, from) {
    if (name.startsWith("./")) return this.load(path.join(path.dirname(from), name));
    if (!this.modules.has(name)) throw new Error(`Module not found: ${name}`);
    return this.modules.get(name);
  }

  globals() {
    return {
      console,
      AbortController,
      crypto: { getRandomValues: (array) => webcrypto.getRandomValues(array) },
      localStorage: this.world.storage,
      document: this.document,
      setTimeout: (work, milliseconds) =>
        setTimeout(() => {
          if (!this.dead) work();
        }, milliseconds * (milliseconds < SLOW ? this.world.pace : this.world.patience)),
      clearTimeout,
      fetch: (address, init) => this.fetch(address, init),
    };
  }

  async fetch(address, init) {
    const never = new Promise(() => {});
    if (this.dead) return never;
    const name = `${init.method} ${new URL(address).pathname}`;
    this.asked.push(name);
    try {
      const { origin } = this.world.habits;
      const headers = { ...init.headers, ...(origin ? { Origin: origin } : {}) };
      const answer = await fetch(address, { ...init, headers });
      const text = await answer.text();
      if (this.lose[name]-- > 0) throw new Error("lost");
      return this.dead ? never : { status: answer.status, ok: answer.ok, text: async () => text };
    } catch {
      throw this.dead ? await never : new this.Error("Network request failed");
    }
  }

  uxp() {
    const open = async (url) => {
      if (!this.world.habits.opensBrowser) return "The user refused.";
      this.opened.push(url);
      return "";
    };
    return {
      host: { name: "premierepro", version: this.world.habits.version },
      shell: { openExternal: open },
      storage: { localFileSystem: { getTemporaryFolder: async () => folderAt(this.temp) } },
    };
  }

  press(id) {
    return this.document.getElementById(id).dispatch("click");
  }

  kill() {
    this.dead = true;
    this.onDeath();
  }
}

function folderAt(folder) {
  const entry = (name) => ({
    name,
    getMetadata: async () => ({ size: fs.statSync(path.join(folder, name)).size }),
    delete: async () => fs.unlinkSync(path.join(folder, name)),
  });
  return {
    nativePath: folder,
    getEntries: async () => fs.readdirSync(folder).map(entry),
    getEntry: async (name) => {
      if (!fs.existsSync(path.join(folder, name))) throw new Error("Could not find an entry.");
      return entry(name);
    },
  };
}

module.exports = { Shell };
