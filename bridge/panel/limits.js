// What fits through a model, in plain words. In: a model as the daemon describes it. Out: sentences.

const PLACES = {
  any: "any frame",
  thirds: "the first, the middle and the last frame",
  ends: "the first and the last frame",
  first: "the first frame",
};
const KEEPS = {
  size: "The result has the model's own size.",
  rate: "The result has more pictures a second.",
  colour: "The result has the model's own colours.",
  sound: "It makes sound; the pictures stay as they are.",
};

export function limitsOf(model) {
  const { limits, changes } = model;
  return [
    length(limits),
    keyframes(limits),
    limits.references ? references(limits) : "It takes no references.",
    prompt(model),
    size(limits),
    limits.camera ? "It takes camera moves." : null,
    ...changes.map((change) => KEEPS[change] ?? null),
  ].filter(Boolean);
}

export function priceOf({ price }) {
  if (!price.known) return "Its price is not known: it can be used once settings.toml states one.";
  if (price.rule) return price.dated ? `${price.rule} As of ${price.dated}.` : price.rule;
  return Number(price.per_second) > 0 ? `${price.per_second} credits a second.` : "It is free.";
}

function length(limits) {
  if (limits.durations.length) {
    return `It makes ${listed(limits.durations)} seconds at a time; longer shots are made in parts.`;
  }
  if (limits.max_seconds === null) return "Shots of any length.";
  const least = Number(number(limits.min_seconds)) > 0 ? `${number(limits.min_seconds)} to ` : "up to ";
  return `It takes ${least}${number(limits.max_seconds)} seconds at a time; longer shots are made in parts.`;
}

// A fraction of a second, exact, as words to read.
function number(text) {
  const [top, bottom = 1] = text.split("/").map(Number);
  return String(Number((top / bottom).toFixed(2)));
}

function keyframes(limits) {
  if (!limits.keyframes) return "It takes no keyframes.";
  const least = limits.min_keyframes ? `, at least ${limits.min_keyframes}` : "";
  const most = limits.keyframes > 99 ? "Keyframes" : `Up to ${limits.keyframes} keyframes`;
  const windows = limits.windows ? "; each may say between which frames it works" : "";
  return `${most} at ${PLACES[limits.positions] ?? limits.positions}${least}${windows}.`;
}

function references({ references: most, min_references: least }) {
  return `Up to ${most} reference ${most === 1 ? "picture" : "pictures"}${least ? `, at least ${least}` : ""}.`;
}

function prompt({ limits, words }) {
  if (Object.keys(words).length) return "It knows certain words only, and refuses others.";
  return limits.prompt === null ? "It takes no words." : `A prompt of up to ${limits.prompt} characters.`;
}

function size(limits) {
  if (limits.sizes.length) return `Sizes: ${listed(limits.sizes.map((size) => size.join(" x ")))}.`;
  const most = limits.max_pixels ? `up to ${(limits.max_pixels / 1e6).toFixed(1)} megapixels` : "";
  const least = limits.min_side ? `at least ${limits.min_side} pixels on the shorter side` : "";
  const said = [least, most].filter(Boolean).join(", ");
  return said ? `Pictures of ${said}; others are scaled.` : null;
}

function listed(values) {
  return values.length > 1 ? `${values.slice(0, -1).join(", ")} or ${values.at(-1)}` : `${values[0]}`;
}
