// Camera moves. In: a move as its parts. Out: the words of `--camera`, and plain words for it.

export const DIRECTIONS = {
  zoom: ["in", "out"],
  dolly: ["in", "out"],
  pan: ["left", "right"],
  tilt: ["up", "down"],
  roll: ["cw", "ccw"],
};
export const MOST = { zoom: 200, dolly: 200, pan: 50, tilt: 50, roll: 45 };
export const USUAL = { zoom: "10", dolly: "10", pan: "5", tilt: "5", roll: "3" };
export const EASINGS = {
  linear: "evenly",
  "ease-in": "starting slowly",
  "ease-out": "ending slowly",
  "ease-in-out": "starting and ending slowly",
};
const DOES = {
  "zoom in": "closes in by", "zoom out": "opens by", "dolly in": "moves in by",
  "dolly out": "moves back by", "pan left": "moves left by", "pan right": "moves right by",
  "tilt up": "moves up by", "tilt down": "moves down by",
  "roll cw": "turns the picture clockwise by", "roll ccw": "turns the picture counterclockwise by",
};
const OF = { pan: " of the picture's width", tilt: " of the picture's height" };

export function unitOf(move) {
  return move === "roll" ? "degrees" : "%";
}

// {move, direction, amount, easing} -> "zoom in 10% ease-in-out"; words of one's own stay as they are
export function textOf(one) {
  if (one.own !== undefined) return one.own.trim();
  const unit = one.move === "roll" ? "deg" : "%";
  return `${one.move} ${one.direction} ${one.amount.trim()}${unit} ${one.easing}`;
}

export function wordsOf(one) {
  if (one.own !== undefined) return one.own.trim();
  const unit = one.move === "roll" ? " degrees" : ` %${OF[one.move] ?? ""}`;
  const does = DOES[`${one.move} ${one.direction}`];
  return `The view ${does} ${one.amount.trim()}${unit}, ${EASINGS[one.easing]}.`;
}

// Why a move cannot be made as it is; empty where it can.
export function faultOf(one) {
  if (one.own !== undefined) return one.own.trim() ? "" : "Say what the camera does.";
  const amount = one.amount.trim();
  if (!/^\d{1,3}(\.\d{1,6})?$/.test(amount)) return "The amount is a number.";
  const most = MOST[one.move];
  return Number(amount) > most ? `A ${one.move} goes up to ${most} ${unitOf(one.move)}.` : "";
}
