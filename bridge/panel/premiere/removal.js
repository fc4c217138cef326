// Takes items off a sequence. In: rows. Out: the action that removes these very items.

const ppro = require("premierepro");
const { Refused } = require("./orders.js");

/**
 * Under Premiere's lock alone. Nothing moves up to close the hole.
 * @param {{editor: Ppro.SequenceEditor}} desk
 * @param {Shell.Row[]} rows
 * @returns {Ppro.Action}
 */
function removal(desk, rows) {
  /** @type {Ppro.TrackItemSelection | null} */
  let chosen = null;
  ppro.TrackItemSelection.createEmptySelection((selection) => {
    rows.forEach((row) => selection.addItem(row.item, true));
    chosen = selection;
  });
  if (!chosen) throw new Refused("Premiere gave no selection to remove the take with.");
  const type = ppro.Constants.MediaType.ANY;
  return desk.editor.createRemoveItemsAction(chosen, false, type, false);
}

module.exports = { removal };
