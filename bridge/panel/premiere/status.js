// The line that says how things are, and the buttons. In: sentences. Out: the panel's own surface.

const MOST = 80; // lines kept for the diagnostics
const KINDS = ["good", "heed", "bad"];

class Status {
  /** @param {any} document */
  constructor(document) {
    this.document = document;
    /** @type {string[]} */
    this.log = [];
    this.last = "";
  }

  /**
   * In the colour that there is.
   * @param {string} text
   */
  say(text) {
    this.show(text, "");
  }

  /** @param {string} text */
  good(text) {
    this.show(text, "good");
  }

  /** @param {string} text */
  heed(text) {
    this.show(text, "heed");
  }

  /** @param {string} text */
  bad(text) {
    this.show(text, "bad");
  }

  /**
   * A sentence once, however often it comes in a row.
   * @param {string} text
   * @param {string} kind
   */
  show(text, kind) {
    if (!text) return;
    if (kind) this.colour(kind);
    if (text === this.last) return;
    this.last = text;
    this.log.push(`${new Date().toISOString()} ${text}`);
    this.log.splice(0, this.log.length - MOST);
    this.document.getElementById("status").textContent = text;
  }

  /** @param {string} kind */
  colour(kind) {
    const { classList } = this.document.getElementById("dot");
    KINDS.forEach((one) => classList.remove(one));
    classList.add(kind);
  }

  /**
   * A button that cannot be pressed again while it works.
   * @param {string} id
   * @param {() => unknown} work
   * @param {(error: unknown) => void} trouble
   */
  button(id, work, trouble) {
    const button = this.document.getElementById(id);
    let busy = false;
    button.addEventListener("click", async () => {
      if (busy) return;
      busy = true;
      try {
        await work();
      } catch (error) {
        trouble(error);
      }
      busy = false;
    });
  }

  /** @param {string[]} facts */
  async copy(facts) {
    const text = [...facts, ...this.log].join("\n");
    const area = this.document.getElementById("diagnostics");
    area.value = text;
    area.classList.remove("unseen");
    try {
      await this.document.clipboard.setContent({ "text/plain": text });
      this.say("The diagnostics are copied.");
    } catch {
      this.say("Copy the diagnostics from the field below.");
    }
  }
}

module.exports = { Status };
