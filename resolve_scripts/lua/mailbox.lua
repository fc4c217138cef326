-- The way to the daemon. In: a verb and its body. Out: the answer, or an ending of `orders`.
--
-- The sandbox cannot open a socket or write a file. What it can: keep preferences, which Resolve
-- writes into `Fusion.prefs`, and load a Lua file, in which the daemon answers. A request is cut into
-- parts; each is sent when the one before it was received.

local use = ...
local json = use("json")
local orders = use("orders")

local mailbox = {}

local PART = 4000 -- bytes
local FIRST_SECONDS = 15 -- for the very first answer: no daemon runs
local GIVE_UP_SECONDS = 600 -- for later ones: it may be restarted, or the machine asleep
local AGAIN_SECONDS = 20 -- until a part is saved again: a dialog may have kept Resolve from it
local SLICE = 0.05
local BRISK_SECONDS, SLOW_LOOK = 3, 0.25 -- a long question is looked after less often
local NOT_RUNNING = "The NLE Bridge daemon does not run. Run: nle-bridge serve"
local SILENT = "The NLE Bridge daemon does not answer any more. Run: nle-bridge serve"

-- 16 hex characters that no other run has: from the time, processor time and an address in memory.
function mailbox.new_session(now)
  local seed = table.concat({ os.time(), os.clock(), tostring({}), ("%.9f"):format(now()) }, "/")
  local left, right = 2166136261, 40503
  for index = 1, #seed do
    left = (left * 31 + seed:byte(index)) % 4294967291
    right = (right * 8191 + seed:byte(index) + left) % 4294967279
  end
  return ("%08x%08x"):format(left, right)
end

-- `place`: folder, fusion, wait (pauses for so many seconds) and now (seconds of a clock).
function mailbox.open(place)
  local session = mailbox.new_session(place.now)
  return {
    session = session,
    fusion = place.fusion,
    wait = place.wait,
    now = place.now,
    answers = place.folder .. "/in-" .. session .. ".lua",
    seq = 0,
    heard = false,
  }
end

function mailbox.adler32(data)
  local low, high = 1, 0
  for index = 1, #data do
    low = (low + data:byte(index)) % 65521
    high = (high + low) % 65521
  end
  return ("%04x%04x"):format(high, low)
end

local function hex(data)
  return (data:gsub(".", function(sign)
    return ("%02x"):format(sign:byte())
  end))
end

-- A request as it stands in the preferences, part by part.
function mailbox.frames(session, seq, text)
  local of, frames = math.max(1, math.ceil(#text / PART)), {}
  for part = 1, of do
    local data = text:sub((part - 1) * PART + 1, part * PART)
    local head = ("NLEB1:%s:%d:%d:%d:%s:"):format(session, seq, part, of, mailbox.adler32(data))
    frames[part] = head .. hex(data) .. ":END"
  end
  return frames
end

local function save(box, text)
  box.fusion:SetPrefs("NLEBridge." .. box.session, text)
  box.fusion:SavePrefs()
end

-- What the daemon has written on this request; nil where it has not. The file gets no globals.
local function read(box)
  local chunk = loadfile(box.answers)
  if not chunk then
    return nil
  end
  local ok, told = pcall(setfenv(chunk, {}))
  local ours = ok and type(told) == "table" and told.session == box.session
  return ours and told.seq == box.seq and told or nil
end

-- The answer to one part; an ending where none comes.
local function received(box, frame, part)
  local asked = box.now()
  local last = asked + (box.heard and GIVE_UP_SECONDS or FIRST_SECONDS)
  local again, look = asked, asked
  while true do
    local now = box.now()
    if now >= again then
      save(box, frame)
      again = now + AGAIN_SECONDS
    end
    if now >= look then
      local told = read(box)
      if told and (told.done or told.part >= part) then
        return told
      end
      look = now - asked < BRISK_SECONDS and now or now + SLOW_LOOK
    end
    if now >= last then
      orders.gone(box.heard and SILENT or NOT_RUNNING)
    end
    box.wait(SLICE)
  end
end

-- The body of the answer; an ending of `orders` where the daemon refuses or is gone.
function mailbox.call(box, verb, body)
  box.seq = box.seq + 1
  local text, told = json.encode({ verb = verb, body = body }), nil
  for part, frame in ipairs(mailbox.frames(box.session, box.seq, text)) do
    told = received(box, frame, part)
    box.heard = true
    if told.done then
      break
    end
  end
  if told.ok ~= true then
    orders.daemon_refuses(told.error or {})
  end
  return told.body or {}
end

-- Leaves nothing of this run in the preferences.
function mailbox.close(box)
  pcall(save, box, "")
end

return mailbox
