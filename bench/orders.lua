-- Posts orders of one piece. Arguments: the buyer's token, and the products, comma separated, that the orders are of in turn.
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. args[1] }
  products = {}
  for product in args[2]:gmatch("[^,]+") do
    products[#products + 1] = product
  end
  sent = id
end

function request()
  sent = sent + 1
  local body = string.format('{"items":[{"product_id":"%s","quantity":1}],"address":"1 Main Street"}',
    products[1 + sent % #products])
  return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests - summary.errors.status, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status + lost))
end
