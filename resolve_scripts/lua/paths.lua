-- Paths as Resolve spells them. In: two paths. Out: whether they name the same file.

local paths = {}

local decomposed_of = {} -- by the path as an order has it

-- Slashes forward; the case of a path with a drive's letter counts for nothing.
local function normal(path)
  local spelled = path:gsub("\\", "/")
  return spelled:find("^%a:") and spelled:lower() or spelled
end

-- macOS hands out letters with their accents apart, and Lua cannot put them together: an order says
-- both forms of its paths.
function paths.learn(spellings)
  for composed, decomposed in pairs(spellings) do
    decomposed_of[composed] = decomposed
  end
end

-- `other` is a path of an order.
function paths.same_file(one, other)
  if one == "" then
    return false
  end
  local apart = decomposed_of[other]
  return normal(one) == normal(other) or (apart ~= nil and normal(one) == normal(apart))
end

-- A path in a folder, with the folder's own kind of slash.
function paths.join(folder, ...)
  local slash = folder:find("\\", 1, true) and "\\" or "/"
  return table.concat({ folder, ... }, slash)
end

return paths
