-- Writes JSON. In: a Lua value. Out: one line of text, valid UTF-8 whatever the strings hold.
--
-- A table is an object unless `json.list` made it: only so is an empty list told from an empty
-- object. Absent keys stay absent; what is no finite number is null.

local json = {}

local LIST = {} -- the key that marks a list; no string, so that no name can be it
local SHORT = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }
local UNKNOWN = "\239\191\189" -- U+FFFD
-- The signs of UTF-8 beyond ASCII: no overlong form, no half of a surrogate pair, none past U+10FFFF
local SIGNS = {
  "^[\194-\223][\128-\191]",
  "^\224[\160-\191][\128-\191]",
  "^[\225-\236\238\239][\128-\191][\128-\191]",
  "^\237[\128-\159][\128-\191]",
  "^\240[\144-\191][\128-\191][\128-\191]",
  "^[\241-\243][\128-\191][\128-\191][\128-\191]",
  "^\244[\128-\143][\128-\191][\128-\191]",
}

-- The same table, to be written as a list.
function json.list(rows)
  rows[LIST] = true
  return rows
end

-- The sign that begins at that byte, or nil.
local function sign_at(text, at)
  for _, sign in ipairs(SIGNS) do
    local found = text:match(sign, at)
    if found then
      return found
    end
  end
end

-- Bytes that are no UTF-8 are replaced: paths of Linux may hold any.
local function valid(text)
  local kept, at = {}, 1
  while at <= #text do
    local found = text:match("^[%z\1-\127]+", at) or sign_at(text, at)
    kept[#kept + 1] = found or UNKNOWN
    at = at + #(found or "?")
  end
  return table.concat(kept)
end

local function escaped(sign)
  return SHORT[sign] or string.format("\\u%04x", sign:byte())
end

local function quoted(text)
  if text:find("[\128-\255]") then
    text = valid(text)
  end
  return '"' .. text:gsub('[%z\1-\31"\\\127]', escaped) .. '"'
end

-- A whole number without fraction or exponent; others as exact as they are.
local function figure(value)
  if value ~= value or math.abs(value) == math.huge then
    return "null"
  end
  if value == math.floor(value) and math.abs(value) < 2 ^ 53 then
    return string.format("%d", value)
  end
  return (string.format("%.17g", value):gsub(",", ".")) -- a comma in some locales of C
end

local function listed(rows)
  local parts = {}
  for index, value in ipairs(rows) do
    parts[index] = json.encode(value)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function object(fields)
  local names = {}
  for name in pairs(fields) do
    names[#names + 1] = name
  end
  table.sort(names)
  for index, name in ipairs(names) do
    names[index] = quoted(name) .. ":" .. json.encode(fields[name])
  end
  return "{" .. table.concat(names, ",") .. "}"
end

function json.encode(value)
  local kind = type(value)
  if kind == "table" then
    return value[LIST] and listed(value) or object(value)
  elseif kind == "string" then
    return quoted(value)
  elseif kind == "number" then
    return figure(value)
  elseif kind == "boolean" then
    return tostring(value)
  end
  return "null"
end

return json
