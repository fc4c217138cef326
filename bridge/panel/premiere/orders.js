// How the work on one take may end, if not with the take in its place. In: reasons. Out: errors.

/** It cannot be placed; `found` holds what was found instead. */
class Refused extends Error {
  /**
   * @param {string} reason a sentence
   * @param {Record<string, unknown>} [found]
   */
  constructor(reason, found = {}) {
    super(reason);
    this.found = found;
  }
}

/** The editor changed the track in the very moment: it may be tried again. */
class Changed extends Refused {}

/** It belongs to a project or sequence that is not open: it waits. */
class Elsewhere extends Error {}

/** Somebody else places it, or it was placed meanwhile. */
class HoldLost extends Error {}

module.exports = { Refused, Changed, Elsewhere, HoldLost };
