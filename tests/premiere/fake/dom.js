// A small document. In: the panel's index.html. Out: its elements by id, as far as the panel asks.

const fs = require("node:fs");

class Element {
  constructor(document, tag) {
    Object.assign(this, { document, tag, value: "", children: [], attributes: {}, parent: null });
    this.text = "";
    this.listeners = {};
    this.classes = new Set();
    this.classList = {
      add: (name) => this.classes.add(name),
      remove: (name) => this.classes.delete(name),
      contains: (name) => this.classes.has(name),
    };
  }
  get textContent() {
    return this.text;
  }
  set textContent(text) {
    this.text = String(text);
    this.document.changed(this);
  }
  addEventListener(name, work) {
    (this.listeners[name] ??= []).push(work);
  }
  dispatch(name, event = {}) {
    return Promise.all((this.listeners[name] ?? []).map((work) => work(event)));
  }
  appendChild(child) {
    child.parent = this;
    this.children.push(child);
    return child;
  }
  remove() {
    if (this.parent) this.parent.children = this.parent.children.filter((one) => one !== this);
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
    if (this.tag === "webview" && name === "src") this.document.navigate(this, value);
  }
}

class Document {
  /** `changed(element)` is told of every text; `habits` say how a webview behaves. */
  constructor(file, habits, changed) {
    this.habits = habits;
    this.changed = changed;
    this.byId = {};
    this.visits = []; // addresses that a webview was sent to
    this.copied = null;
    const html = fs.readFileSync(file, "utf8");
    for (const [, tag, rest] of html.matchAll(/<([a-z]+)([^>]*)>/g)) {
      const id = / id="([^"]+)"/.exec(rest);
      if (id) this.byId[id[1]] = new Element(this, tag);
    }
    this.scripts = [...html.matchAll(/<script src="([^"]+)">/g)].map(([, name]) => name);
    this.clipboard = { setContent: async (content) => (this.copied = content["text/plain"]) };
  }
  getElementById(id) {
    return this.byId[id] ?? null;
  }
  createElement(tag) {
    if (tag === "webview" && this.habits.webview === "refused") {
      throw new Error("Permission denied: webview");
    }
    return new Element(this, tag);
  }
  navigate(view, url) {
    this.visits.push(url);
    const { webview } = this.habits;
    if (webview === "loads") setTimeout(() => view.dispatch("loadstop", { url }), 1);
    if (webview === "fails") {
      setTimeout(() => view.dispatch("loaderror", { url, message: "Manifest entry not found" }), 1);
    }
  }
}

module.exports = { Document };
