-- Lays media on a free track and believes nothing. In: a desk, cargo, a lane. Out: the row there.
--
-- Cargo is one file on its way: kind (video, audio), path, media (its item of the pool) and foreign,
-- a set of ids of items of this file that are not ours. `AppendToTimeline` never overwrites, counts
-- `endFrame` one way or the other by version, and answers with items where it placed none: what
-- counts is what the tracks hold afterwards (measured on 20.3 to 21.1). It always writes to the
-- current timeline.

local use = ...
local asking = use("ask")
local items = use("items")
local orders = use("orders")
local ask, words = asking.ask, asking.words

local append = {}

local OTHER = { exclusive = "inclusive", inclusive = "exclusive" }
local MEDIA_TYPES = { video = 1, audio = 2 }
local TRIES = 3
local STUCK = "Resolve placed the take wrongly and did not let it be deleted: delete it by hand."

function append.is_exact(desk, row)
  return row.start == desk.record and row.duration == desk.order.frames
end

-- One request; whole numbers only, for a fraction makes Resolve drop it silently.
function append.append(desk, cargo, lane, frames, convention)
  desk.keep_hold()
  desk.stay()
  local start = desk.order.source_start
  ask(desk.pool, "AppendToTimeline", {
    {
      mediaPoolItem = cargo.media,
      startFrame = start,
      endFrame = start + frames - (convention == "inclusive" and 1 or 0),
      mediaType = MEDIA_TYPES[cargo.kind], -- without it a track's number counts for nothing
      trackIndex = lane.track,
      recordFrame = desk.record,
    },
  })
end

-- What lies there of this file, but for what was there before and what is done. Looked at is the
-- lane, and every track that has more or fewer items than before.
local function read_back(desk, cargo, lane, before)
  local now, looked = items.counts(desk.timeline, cargo.kind), {}
  for track, count in ipairs(now) do
    if track == lane.track or #now ~= #before or count ~= before[track] then
      looked[#looked + 1] = track
    end
  end
  return items.only(items.of_file(desk.timeline, cargo.kind, cargo.path, looked), function(row)
    return not cargo.foreign[row.id] and not items.is_marked(row.item, desk.order.marker.custom)
  end)
end

-- Takes back what went to the timeline that the editor opened in the very moment of the append.
local function recall(desk, cargo, lane)
  local order = desk.order
  local other = ask(desk.project, "GetCurrentTimeline")
  local same = words(ask(other, "GetUniqueId")) == words(ask(desk.timeline, "GetUniqueId"))
  local strays = {}
  for _, row in ipairs(same and {} or items.of_file(other, cargo.kind, cargo.path, { lane.track })) do
    local ours = row.start == desk.record and row.duration <= order.frames + 1
    if ours and not items.is_marked(row.item, order.marker.custom) then
      strays[#strays + 1] = row.item
    end
  end
  if #strays > 0 then
    ask(other, "DeleteClips", strays, false)
  end
end

-- Takes ours away; an ending where the editor went to another timeline meanwhile.
local function undo(desk, cargo, lane, found)
  if #found == 0 then
    recall(desk, cargo, lane)
    desk.stay()
  elseif not items.remove(desk, cargo.kind, found) then
    desk.stay()
    orders.refuse(STUCK, items.told(found[1]))
  end
end

-- Lays one frame, measures it and takes it away; "" where that does not tell.
local function probe_end_frame(desk, cargo, lane)
  local before = items.counts(desk.timeline, cargo.kind)
  append.append(desk, cargo, lane, 1, "exclusive")
  local found = read_back(desk, cargo, lane, before)
  undo(desk, cargo, lane, found)
  local lengths = { "exclusive", "inclusive" }
  desk.measured.end_frame = #found == 1 and lengths[found[1].duration] or ""
  return desk.measured.end_frame
end

local function one_off(desk, found)
  local only = #found == 1 and found[1].start == desk.record
  return only and math.abs(found[1].duration - desk.order.frames) == 1
end

local function spelled(desk, frames, start, track)
  local first = start - desk.record + desk.order.record_start
  return ("%d frames from frame %d on track %d"):format(frames, first, track)
end

local function refuse(desk, lane, found)
  local first = found[1]
  local placed = first and spelled(desk, first.duration, first.start, first.track) or "nothing"
  local wanted = spelled(desk, desk.order.frames, desk.record, lane.track)
  local said = "Resolve placed %s, where %s were wanted. Everything was undone."
  local told = items.told(first)
  told.items = #found
  orders.refuse(said:format(placed, wanted), told)
end

-- The row, exact; else an ending, with nothing of this left on the timeline.
function append.lay(desk, cargo, lane)
  local convention = desk.measured.end_frame
  if convention == "" then
    convention = probe_end_frame(desk, cargo, lane)
  end
  convention = convention == "" and "exclusive" or convention
  local found
  for _ = 1, TRIES do
    local before = items.counts(desk.timeline, cargo.kind)
    append.append(desk, cargo, lane, desk.order.frames, convention)
    found = read_back(desk, cargo, lane, before)
    if #found == 1 and append.is_exact(desk, found[1]) and found[1].track == lane.track then
      if cargo.kind == "video" then
        desk.measured.end_frame = convention
      end
      return found[1]
    end
    undo(desk, cargo, lane, found)
    if one_off(desk, found) then
      convention = OTHER[convention]
    else
      desk.to_edit_page()
    end
  end
  refuse(desk, lane, found)
end

return append
