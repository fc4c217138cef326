// What the panel asks the daemon. In: one verb's values. Out: the answer as it came.

/** One run of the panel, which the daemon knows by `runner`. */
class Verbs {
  /**
   * @param {import("./daemon.js").Daemon} daemon
   * @param {string} runner
   */
  constructor(daemon, runner) {
    this.daemon = daemon;
    this.runner = runner;
  }

  /** @param {object} report */
  select(report) {
    return this.daemon.post("/v1/hosts/premiere/selections", report);
  }

  /** @param {object} question */
  next(question) {
    return this.daemon.post("/v1/hosts/premiere/next", question);
  }

  /**
   * False: somebody else places it, or it was placed.
   * @param {string} placement
   */
  async hold(placement) {
    const answer = await this.daemon.post(of(placement, "hold"), { runner: this.runner });
    return answer.held === true;
  }

  /**
   * @param {string} placement
   * @param {string} why
   */
  release(placement, why) {
    return this.daemon.post(of(placement, "release"), { runner: this.runner, why });
  }

  /**
   * @param {string} placement
   * @param {"placed" | "refused"} state
   * @param {object} readback
   */
  ack(placement, state, readback) {
    return this.daemon.post(of(placement, "ack"), { state, readback, runner: this.runner });
  }
}

/**
 * @param {string} placement
 * @param {string} verb
 */
function of(placement, verb) {
  return `/v1/placements/${encodeURIComponent(placement)}/${verb}`;
}

/** @returns {string} 16 hexadecimal signs */
function newRunner() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

module.exports = { Verbs, newRunner };
