// Asks for takes and places them, as long as the panel is open. In: a `Run`. Out: takes in place.
//
// One loop a panel, so that no two takes are placed at once. "Place finished takes" is a run of its
// own for the daemon, which then offers refused takes again; the loop changes over to it.

const { DaemonError, DaemonGone } = require("./daemon.js");
const { nowOpen, program } = require("./host.js");
const { Verbs, newRunner } = require("./verbs.js");
const { work } = require("./work.js");

const PAUSE = 1; // seconds, where the daemon says nothing of it
const LONGEST_PAUSE = 20; // the daemon takes who is silent for longer for gone
const AGAIN = [2, 2, 4, 8]; // seconds before the daemon is looked for again, then always the last

class Loop {
  /** @param {Shell.Around} around */
  constructor(around) {
    this.around = around;
    this.runner = newRunner();
    this.once = ""; // the runner of "Place finished takes"
    this.running = false;
    this.missed = 0; // looks for the daemon in vain, one after another
    /** @type {() => void} */
    this.wake = () => {};
  }

  /** Begins, unless it runs: as a newer panel than all others. */
  start() {
    if (this.running) return;
    this.runner = newRunner();
    this.running = true;
    this.serve().catch((error) => {
      this.running = false;
      this.around.trouble(error);
    });
  }

  /** What waits now, refused takes too. */
  placeNow() {
    this.once = newRunner();
    this.start();
    this.wake();
  }

  async serve() {
    while (this.running) {
      try {
        const daemon = await this.around.daemon();
        this.missed = 0;
        await this.turn(daemon, this.once || this.runner);
      } catch (error) {
        await this.afterTrouble(error);
      }
    }
  }

  /**
   * @param {import("./daemon.js").Daemon} daemon
   * @param {string} runner
   */
  async turn(daemon, runner) {
    const { say } = this.around;
    const verbs = new Verbs(daemon, runner);
    const answer = await verbs.next(await this.question(runner));
    say(String(answer.say || ""));
    if (answer.stop) return this.stopped(runner);
    let pause = Number(answer.pause || 0);
    if (answer.placement) {
      const settled = await work({ verbs, say, sleep: this.around.sleep }, answer.placement);
      pause = settled ? 0 : Math.max(pause, PAUSE);
    }
    await this.nap(Math.min(pause, LONGEST_PAUSE));
  }

  /** @param {string} runner */
  stopped(runner) {
    if (runner === this.once) this.once = "";
    else if (runner === this.runner) {
      this.running = false;
      this.around.ended();
    }
  }

  /** @param {unknown} error */
  async afterTrouble(error) {
    this.around.trouble(error);
    const gone = error instanceof DaemonGone;
    if (gone) this.around.lose();
    const wait = gone ? AGAIN[Math.min(this.missed++, AGAIN.length - 1)] : PAUSE;
    if (!(error instanceof DaemonError)) throw error;
    await this.nap(wait);
  }

  /**
   * A pause that a pressed button ends.
   * @param {number} seconds
   */
  async nap(seconds) {
    if (seconds <= 0) return;
    /** @type {Promise<void>} */
    const woken = new Promise((resolve) => (this.wake = resolve));
    await Promise.race([woken, this.around.sleep(seconds)]);
  }

  /** @param {string} runner */
  async question(runner) {
    const opened = await nowOpen();
    return {
      runner,
      lane: "uxp",
      ...program(),
      project_id: opened.projectId,
      project: opened.projectName,
      timeline_id: opened.sequenceId,
      timeline: opened.sequenceName,
      busy: "",
      once: runner === this.once,
      wait: 0, // a take that is given to a panel which was closed meanwhile is held for it
    };
  }
}

module.exports = { Loop };
