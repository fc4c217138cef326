-- What a script asks the daemon. In: one verb's values. Out: the answer as it came.

local use = ...
local mailbox = use("mailbox")

local verbs = {}

-- One run of a script, which the daemon knows by its runner: the session of its mailbox.
function verbs.of(box)
  local own = { runner = box.session }

  local function on(verb, placement, body)
    body.placement, body.runner = placement, box.session
    return mailbox.call(box, verb, body)
  end

  function own.select(report)
    return mailbox.call(box, "select", report)
  end

  -- `wait`: seconds that the daemon may keep the question; none while it may not even run.
  function own.next(question, wait)
    question.wait = box.heard and wait or 0
    return mailbox.call(box, "next", question)
  end

  -- False: somebody else places it, or it was placed.
  function own.hold(placement)
    return on("hold", placement, {}).held == true
  end

  function own.release(placement, why)
    on("release", placement, { why = why })
  end

  -- `state` is placed or refused.
  function own.ack(placement, state, readback)
    on("ack", placement, { state = state, readback = readback })
  end

  -- How many scripts were told to stop.
  function own.stop()
    return mailbox.call(box, "stop", {}).stopped or 0
  end

  return own
end

return verbs
