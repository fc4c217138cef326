// Exact time. In: record frames or timecodes, and the facts of their timeline. Out: the other one.
//
// `facts`: {rate: "30000/1001", start_frame, drop_frame, frames} as the daemon gives them.
// A frame is a record frame from the timeline's start; `start_frame` is that frame's number since
// midnight. Whole numbers throughout; bridge/frames.py does the same for the daemon.

const TIMECODE = /^(\d{1,2})[:;](\d{2})[:;](\d{2})([:;.,])(\d{2,3})$/;
const DROP_NOMINALS = [30, 60, 120];

// "24000/1001" -> [24000, 1001]
export function rateOf(text) {
  const [top, bottom = 1] = text.split("/").map(Number);
  return [top, bottom];
}

// Frame numbers in one second of timecode: 24 for 23.976, 30 for 29.97.
export function nominalOf(rate) {
  const [top, bottom] = rateOf(rate);
  return Math.ceil(top / bottom);
}

export function timecodeOf(frame, facts) {
  const nominal = nominalOf(facts.rate);
  const day = framesPerDay(facts);
  let number = (((facts.start_frame + frame) % day) + day) % day;
  if (facts.drop_frame) number += dropped(number, nominal);
  const [minutes, seconds] = parts(Math.floor(number / nominal), 60);
  const [hours, minute] = parts(minutes, 60);
  const digits = nominal > 100 ? 3 : 2;
  const separator = facts.drop_frame ? ";" : ":";
  const frames = String(number % nominal).padStart(digits, "0");
  return `${[hours, minute, seconds].map(two).join(":")}${separator}${frames}`;
}

// The record frame of a timecode, or of a plain number of frames. RangeError: said in words.
export function frameOf(text, facts) {
  const words = text.trim();
  if (/^\+?\d{1,12}$/.test(words)) return Number(words);
  const number = numberOf(words, facts);
  if (number >= facts.start_frame) return number - facts.start_frame;
  const nextDay = number + framesPerDay(facts) - facts.start_frame;
  if (nextDay < facts.frames) return nextDay; // a timeline that runs over midnight
  throw new RangeError(`${words} lies before the timeline's start, ${timecodeOf(0, facts)}.`);
}

// The same of what an editor or a form says; null where it names no frame.
export function frameIn(text, facts) {
  try {
    return frameOf(text ?? "", facts);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

// Frames since midnight.
function numberOf(words, facts) {
  const match = TIMECODE.exec(words);
  if (!match) throw new RangeError(`"${words}" is no timecode. Write it as HH:MM:SS:FF.`);
  const nominal = nominalOf(facts.rate);
  const [hours, minutes, seconds, frames] = [1, 2, 3, 5].map((place) => Number(match[place]));
  const drop = facts.drop_frame || ";,".includes(match[4]);
  if (drop && !canDrop(facts.rate)) {
    throw new RangeError(`${words} is drop frame, which this timeline does not count in.`);
  }
  if (hours > 23 || minutes > 59 || seconds > 59 || frames >= nominal) {
    throw new RangeError(`${words} is no timecode at ${nominal} frames a second.`);
  }
  const minute = hours * 60 + minutes;
  const number = (minute * 60 + seconds) * nominal + frames;
  if (!drop) return number;
  const lost = nominal / 15;
  if (minutes % 10 && seconds === 0 && frames < lost) {
    throw new RangeError(`${words} is a frame number that drop frame leaves out.`);
  }
  return number - lost * (minute - Math.floor(minute / 10));
}

function framesPerDay({ rate, drop_frame: drop }) {
  const nominal = nominalOf(rate);
  return 24 * 3600 * nominal - (drop ? (nominal / 15) * 24 * 54 : 0);
}

function canDrop(rate) {
  const [, bottom] = rateOf(rate);
  return bottom === 1001 && DROP_NOMINALS.includes(nominalOf(rate));
}

// Numbers left out before a frame: two (at 29.97) in each minute but every tenth.
function dropped(frame, nominal) {
  const lost = nominal / 15;
  const minute = 60 * nominal - lost;
  const [tens, rest] = parts(frame, 10 * minute + lost);
  return lost * (9 * tens + Math.floor(Math.max(0, rest - lost) / minute));
}

function parts(whole, size) {
  return [Math.floor(whole / size), whole % size];
}

function two(number) {
  return String(number).padStart(2, "0");
}
