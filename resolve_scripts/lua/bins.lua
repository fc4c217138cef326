-- Media in the pool. In: a file, the bins it belongs into. Out: its item, verified.

local use = ...
local asking = use("ask")
local items = use("items")
local orders = use("orders")
local paths = use("paths")
local ask, rows, words = asking.ask, asking.rows, asking.words

local bins = {}

local function named(folder, name)
  for _, inner in ipairs(rows(ask(folder, "GetSubFolderList"))) do
    if words(ask(inner, "GetName")) == name then
      return inner
    end
  end
  return nil
end

-- The innermost of nested bins, made where there is none of that name.
local function bin_of(pool, names)
  local folder = ask(pool, "GetRootFolder")
  for _, name in ipairs(names) do
    local inner = folder ~= nil and named(folder, name) or nil
    if inner == nil and folder ~= nil then
      ask(pool, "AddSubFolder", folder, name)
      inner = named(folder, name)
    end
    folder = inner
  end
  if folder == nil then
    orders.refuse("The bin " .. table.concat(names, " / ") .. " could not be made.")
  end
  return folder
end

local function of_file(list, path)
  for _, media in ipairs(rows(list)) do
    if paths.same_file(items.media_file(media), path) then
      return media
    end
  end
  return nil
end

local function anywhere(folder, path)
  if folder == nil then
    return nil
  end
  local found = of_file(ask(folder, "GetClipList"), path)
  if found ~= nil then
    return found
  end
  for _, inner in ipairs(rows(ask(folder, "GetSubFolderList"))) do
    found = anywhere(inner, path)
    if found ~= nil then
      return found
    end
  end
  return nil
end

-- A file that the pool knows already stays where it lies, so that all bins are looked into.
local function imported(pool, folder, path)
  ask(pool, "SetCurrentFolder", folder)
  local given = ask(pool, "ImportMedia", { path })
  local found = of_file(ask(folder, "GetClipList"), path)
  if found ~= nil then
    return found, true
  end
  return of_file(given, path) or anywhere(ask(pool, "GetRootFolder"), path), false
end

-- The pool's item of that file, imported into the bins unless it is there. `frames`: what Resolve
-- must read in it; 0 where that does not matter. The editor's bin is open again afterwards. Also:
-- whether it came into its bin just now, so that nothing on any timeline can be of it.
function bins.import_media(pool, names, path, frames)
  local before = ask(pool, "GetCurrentFolder")
  local worked, media, fresh = pcall(function()
    local folder = bin_of(pool, names)
    local known = of_file(ask(folder, "GetClipList"), path)
    if known ~= nil then
      return known, false
    end
    return imported(pool, folder, path)
  end)
  if before ~= nil then
    ask(pool, "SetCurrentFolder", before)
  end
  if not worked then
    error(media, 0)
  end
  if media == nil then
    orders.refuse("Resolve did not import " .. path .. ".", { media = path })
  end
  local read = words(ask(media, "GetClipProperty", "Frames")):match("^%s*(%d+)%s*$")
  if frames and frames > 0 and read and tonumber(read) ~= frames then
    local message = "Resolve reads %s frames in %s, where %d were delivered."
    local found = { media = path, media_frames = tonumber(read) }
    orders.refuse(message:format(read, path, frames), found)
  end
  return media, fresh
end

return bins
