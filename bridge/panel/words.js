// The words a model knows. In: a prompt, the model. Out: what could be meant, and prompts with it.

const MOST = 8; // suggestions at once
const PART = /[,;]|\band\b/i; // where one look ends and the next begins

// What could stand where the cursor is: `{from, items: [{word, does}]}`; `from` is where it begins.
export function suggested(text, { words, strengths }) {
  const known = { ...words, ...strengths };
  const found = begun(text, Object.keys(known));
  if (found) {
    return { from: found.from, items: found.words.map((word) => ({ word, does: known[word] })) };
  }
  const said = text.split(PART).at(-1).trim().toLowerCase();
  if (!text.endsWith(" ") || !Object.hasOwn(words, said)) return { from: text.length, items: [] };
  return { from: text.length, items: distinct(strengths) };
}

// The longest end of the text with which known words begin, and which is none of them already.
function begun(text, known) {
  const starts = [...text.matchAll(/[^\s,;]+/g)].map((match) => match.index).slice(-4);
  for (const from of starts) {
    const tail = text.slice(from).toLowerCase();
    const words = known.filter((word) => word.startsWith(tail) && word !== tail);
    if (words.length) return { from, words: words.slice(0, MOST) };
  }
  return null;
}

// One word for each strength there is.
function distinct(strengths) {
  const words = new Map();
  for (const [word, much] of Object.entries(strengths)) {
    if (!words.has(much)) words.set(much, word);
  }
  return [...words].map(([does, word]) => ({ word, does }));
}

// The prompt with one more phrase at its end.
export function withPhrase(prompt, phrase) {
  const before = prompt.trim();
  if (!before) return phrase;
  return /[,.;:]$/.test(before) ? `${before} ${phrase}` : `${before}, ${phrase}`;
}

// The prompt with a known word for one that is not known: the one that begins most like it.
export function corrected(prompt, unknown, word) {
  const found = unknown.filter((one) => prompt.toLowerCase().includes(one.toLowerCase()))
    .sort((one, other) => alike(other, word) - alike(one, word))[0];
  if (!found) return withPhrase(prompt, word);
  const at = prompt.toLowerCase().indexOf(found.toLowerCase());
  return prompt.slice(0, at) + word + prompt.slice(at + found.length);
}

function alike(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
