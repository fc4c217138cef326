-- Asks Resolve. In: an object and a method's name. Out: the answer, or nil where it has none.
--
-- What a version does not have is nil on its objects; a Resolve that was quit raises or gives nil.

local ask = {}

local function called(thing, name, ...)
  local method = thing[name]
  if method ~= nil then
    return method(thing, ...)
  end
end

-- The method's answer; nil where the object is nil, lacks the method, or raises.
function ask.ask(thing, name, ...)
  if thing == nil then
    return nil
  end
  local ok, answer = pcall(called, thing, name, ...)
  if ok then
    return answer
  end
end

-- A table, whatever was answered.
function ask.rows(found)
  return type(found) == "table" and found or {}
end

-- A finite number as it is, whole or not; nil for anything else.
function ask.number(value)
  if type(value) == "number" and value == value and math.abs(value) ~= math.huge then
    return value
  end
end

-- A frame: some builds answer with fractions of float noise. 0 for what is no number.
function ask.whole(value)
  local known = ask.number(value)
  return known and math.floor(known + 0.5) or 0
end

-- Settings and properties are words in one version and numbers in the next.
function ask.words(value)
  return value == nil and "" or tostring(value)
end

return ask
