-- Posts payments, each another user's, so that nobody meets his limit. Arguments: a word that makes the users of this run new, and
-- how many payments each thread sends at most.
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  run = args[1]
  left = tonumber(args[2] or "1e12")
  sent = 0
  headers = { ["Content-Type"] = "application/json" }
end

function request()
  sent = sent + 1
  if sent > left then
    wrk.thread:stop()
  end
  headers["X-User-ID"] = "bench-" .. run .. "-" .. id .. "-" .. sent
  local body = string.format('{"userId":"u%d","amount":%d.%d,"method":"card"}', sent % 5000, 1 + sent % 30, 10 + sent % 89)
  return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests - summary.errors.status, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status + lost))
end
