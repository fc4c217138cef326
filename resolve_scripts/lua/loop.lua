-- Asks for takes and places them, until the daemon says stop. In: a run. Out: takes in place.

local use = ...
local host = use("host")
local orders = use("orders")
local work = use("work")

local loop = {}

local WAIT = 5 -- seconds that the daemon may keep a question
local GONE_SECONDS = 60 -- without a project manager: Resolve is being quit
local PAUSE, LONGEST_PAUSE = 1, 30
local MOST_TROUBLES = 10 -- answers in a row that are errors

-- nil where Resolve gave no project manager for a minute; a dialog keeps it silent, too.
local function wait_for_resolve(run)
  local until_ = host.now() + GONE_SECONDS
  while true do
    local opened = host.now_open(run.resolve)
    if opened or host.now() >= until_ then
      return opened
    end
    host.sleep(PAUSE)
  end
end

local function question(run, opened)
  return {
    runner = run.verbs.runner,
    lane = "lua",
    product = run.program.product,
    version = run.program.version,
    project_id = opened.project_id,
    project = opened.project_name,
    timeline_id = opened.timeline_id,
    timeline = opened.timeline_name,
    busy = opened.busy,
    once = run.once,
  }
end

-- Looks anew at what is open: the answer may have taken a while. What the daemon does not take is
-- told; it offers the take again, or it does not.
local function settle(run, placement)
  local opened = host.now_open(run.resolve) or host.NOTHING_OPEN
  local ok, answer = pcall(work.work, run, orders.from(placement), opened)
  if ok then
    return answer
  elseif orders.ending(answer) ~= "daemon" then
    error(answer, 0)
  end
  run.say(answer.said)
  return false
end

-- Does what one answer says; whether that was to stop.
local function turn(run, answer)
  run.say(answer.say)
  if answer.stop then
    return true
  end
  local pause = answer.pause or 0
  if answer.placement then
    if run.measured.end_frame == "" then
      run.measured.end_frame = answer.end_frame or ""
    end
    pause = settle(run, answer.placement) and 0 or math.max(pause, PAUSE)
  end
  host.sleep(math.min(pause, LONGEST_PAUSE))
  return false
end

-- Says a sentence once, however often it comes in a row.
local function changes(say)
  local last
  return function(sentence)
    if sentence ~= last then
      say(sentence)
    end
    last = sentence
  end
end

-- Until stop, until Resolve is quit, until the daemon stays away.
--
-- `run`: resolve, program, verbs, once (what waits now, and no more), measured, say.
function loop.serve(run)
  run.say = changes(run.say)
  local troubles = 0
  while true do
    local opened = wait_for_resolve(run)
    if not opened then
      return
    end
    local ok, answer = pcall(run.verbs.next, question(run, opened), WAIT)
    if ok then
      troubles = 0
      if turn(run, answer) then
        return
      end
    else
      troubles = troubles + 1
      if orders.ending(answer) ~= "daemon" or troubles == MOST_TROUBLES then
        error(answer, 0)
      end
      run.say(answer.said)
      host.sleep(PAUSE)
    end
  end
end

return loop
