// A model's options. In: its JSON schema. Out: fields for a form, and what is typed in them as values.

const SIMPLE = ["boolean", "integer", "number", "string"];
const LONGEST = 10000; // characters of a text, where the schema names no bound

// `[{name, label, kind, description, fallback, nullable, choices, least, most, ...}]`, in order.
// kind: choice, flag, integer, number, string, list or json.
export function fieldsOf(schema) {
  const { properties = {}, $defs = {}, required = [] } = schema;
  return Object.entries(properties).map(([name, property]) =>
    fieldOf(name, property, $defs, required.includes(name)));
}

function fieldOf(name, property, defs, required) {
  const branches = (property.anyOf ?? property.oneOf ?? [property]).map((one) => resolved(one, defs));
  const real = branches.filter((branch) => branch.type !== "null");
  const shape = real.length === 1 ? { ...property, ...real[0] } : merged(real);
  return {
    name,
    label: labelOf(name),
    description: property.description ?? shape.description ?? "",
    fallback: property.default,
    nullable: real.length < branches.length,
    required,
    ...kindOf(shape, defs),
  };
}

function resolved(branch, defs) {
  const one = branch.allOf?.length === 1 ? { ...branch, ...branch.allOf[0] } : branch;
  return one.$ref ? { ...defs[one.$ref.split("/").at(-1)], ...one } : one;
}

// Several ways to say it: one list of choices where all are choices, else JSON.
function merged(branches) {
  const choices = branches.map((branch) => branch.enum ?? ("const" in branch ? [branch.const] : null));
  return choices.every(Boolean) ? { enum: choices.flat() } : {};
}

function kindOf(shape, defs) {
  if (shape.enum) return { kind: "choice", choices: shape.enum };
  if ("const" in shape) return { kind: "choice", choices: [shape.const] };
  if (shape.type === "boolean") return { kind: "flag" };
  if (shape.type === "array") {
    const items = resolved(shape.items ?? {}, defs);
    const plain = items.type === "string" || items.enum?.every((one) => typeof one === "string");
    const { minItems: least = 0, maxItems: most = Infinity } = shape;
    return plain ? { kind: "list", choices: items.enum ?? null, least, most } : { kind: "json" };
  }
  if (!SIMPLE.includes(shape.type)) return { kind: "json" };
  if (shape.type === "string") {
    const { minLength: least = 0, maxLength: most = LONGEST, pattern = "" } = shape;
    return { kind: "string", least, most, pattern };
  }
  return { kind: shape.type, ...boundsOf(shape) };
}

function boundsOf({ minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below }) {
  return { least: minimum ?? -Infinity, most: maximum ?? Infinity,
    above: above ?? -Infinity, below: below ?? Infinity };
}

// "targetAspectRatio", "aspect_ratio" -> "Target aspect ratio"
export function labelOf(name) {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase();
  return words[0].toUpperCase() + words.slice(1);
}

// What stands in a field before anybody touches it, as text.
export function initial(field) {
  const { fallback, kind } = field;
  if (fallback === undefined || fallback === null) return "";
  if (kind === "list") return fallback.join("\n");
  return kind === "json" ? JSON.stringify(fallback) : String(fallback);
}

// The text of a field: `{value}`, `{}` where nothing is to be sent, or `{fault}` in words.
export function read(field, text) {
  const words = text.trim();
  if (!words) return field.required ? { fault: "This is needed." } : {};
  if (words === initial(field).trim()) return {};
  return READERS[field.kind](field, words);
}

const READERS = {
  choice(field, words) {
    const value = field.choices.find((choice) => String(choice) === words);
    return value === undefined ? { fault: `Choose ${listed(field.choices)}.` } : { value };
  },
  flag: (_, words) => ({ value: words === "true" }),
  integer(field, words) {
    return /^[+-]?\d{1,15}$/.test(words) ? within(field, Number(words))
      : { fault: `This is a whole number${range(field)}.` };
  },
  number(field, words) {
    const plain = words.replace(",", ".");
    return /^[+-]?(\d{1,15}(\.\d*)?|\.\d+)$/.test(plain) ? within(field, Number(plain))
      : { fault: `This is a number${range(field)}.` };
  },
  string(field, words) {
    if (words.length > field.most) return { fault: `This has ${field.most} characters at most.` };
    if (words.length < field.least) return { fault: `This has ${field.least} characters at least.` };
    const fits = !field.pattern || new RegExp(field.pattern, "u").test(words);
    return fits ? { value: words } : { fault: `This is written like ${field.pattern}.` };
  },
  list(field, words) {
    const value = words.split("\n").map((line) => line.trim()).filter(Boolean);
    const wrong = field.choices && value.find((line) => !field.choices.includes(line));
    if (wrong) return { fault: `"${wrong}" is none of ${listed(field.choices)}.` };
    if (value.length > field.most) return { fault: `At most ${field.most} lines.` };
    return value.length < field.least ? { fault: `At least ${field.least} lines.` } : { value };
  },
  json(_, words) {
    try {
      return { value: JSON.parse(words) };
    } catch {
      return { fault: "This is not JSON." };
    }
  },
};

function within(field, value) {
  const { least, most, above, below } = field;
  const good = value >= least && value <= most && value > above && value < below;
  return good ? { value } : { fault: `This is a number${range(field)}.` };
}

function range({ least, most, above, below }) {
  const low = least > -Infinity ? `${least}` : above > -Infinity ? `more than ${above}` : "";
  const high = most < Infinity ? `${most}` : below < Infinity ? `less than ${below}` : "";
  if (low && high) return ` from ${low} to ${high}`;
  return low ? `, at least ${low}` : high ? `, at most ${high}` : "";
}

function listed(choices) {
  return choices.length > 1 ? `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}` : `${choices[0]}`;
}
