-- What the editor means. In: a timeline, the media pool. Out: the first rung that gives anything.
--
-- 1 selected items, 2 items between In and Out, 3 items of the agreed colour, 4 the item under the
-- playhead, 5 clips selected in the media pool. Nothing is judged here: transitions, titles and
-- locked tracks are reported like all others.

local use = ...
local asking = use("ask")
local items = use("items")
local ask, number, whole, words = asking.ask, asking.number, asking.whole, asking.words

local ladder = {}

-- nil for what is not on a video track.
local function chosen(item)
  local place = asking.rows(ask(item, "GetTrackTypeAndIndex"))
  return place[1] == "video" and { item = item, track = whole(place[2]) } or nil
end

-- Since 21.0.4.
local function selected(timeline)
  local found = {}
  for _, item in ipairs(asking.rows(ask(timeline, "GetSelectedClips"))) do
    found[#found + 1] = chosen(item)
  end
  return found
end

-- In and Out as they are answered; nil for one that is not set.
function ladder.marks(timeline)
  local video = asking.rows(asking.rows(ask(timeline, "GetMarkInOut")).video)
  local first, last = number(video["in"]), number(video.out)
  return first and whole(first), last and whole(last)
end

-- All that touch the range. Marks count from the timeline's start (measured); some build may count
-- as items do. Out counts as part of the range, for nobody has measured it.
local function between_marks(timeline)
  local first, last = ladder.marks(timeline)
  local known = first or last
  if not known then
    return {}
  end
  local start = whole(ask(timeline, "GetStartFrame"))
  local added = (start > 0 and known >= start) and 0 or start
  return items.only(items.all_laid(timeline, "video"), function(row)
    return (not last or row.start <= last + added) and (not first or first + added < row.stop)
  end)
end

local function of_colour(timeline, colour)
  return items.only(items.all_laid(timeline, "video"), function(row)
    return words(ask(row.item, "GetClipColor")) == colour
  end)
end

-- The track of an item of a Resolve that cannot tell it.
local function searched(timeline, item)
  local own = words(ask(item, "GetUniqueId"))
  local found = items.only(items.all_laid(timeline, "video"), function(row)
    return row.id == own
  end)
  return found[1] and found[1].track or 0
end

local function at_playhead(timeline)
  local item = ask(timeline, "GetCurrentVideoItem")
  if item == nil then
    return {}
  end
  return { chosen(item) or { item = item, track = searched(timeline, item) } }
end

-- Linked sound brings its picture along a second time.
local function once(found)
  local seen = {}
  return items.only(found, function(row)
    local own = words(ask(row.item, "GetUniqueId"))
    local new = own == "" or not seen[own]
    seen[own] = true
    return new
  end)
end

local RUNGS = {
  { name = "selected", find = selected },
  { name = "marks", find = between_marks },
  { name = "colour", find = of_colour },
  { name = "playhead", find = at_playhead },
}

-- rung, items with their tracks (0 where unknown), clips of the media pool.
function ladder.meant(timeline, pool, colour)
  for _, rung in ipairs(timeline == nil and {} or RUNGS) do
    local found = once(rung.find(timeline, colour))
    if #found > 0 then
      return { rung = rung.name, items = found, pool = {} }
    end
  end
  local clips = asking.rows(ask(pool, "GetSelectedClips"))
  return { rung = #clips > 0 and "pool" or "none", items = {}, pool = clips }
end

return ladder
