-- The sliding window of limits/window.py for one account, on a Redis or Valkey server.
--
-- KEYS[1]  the window: MessagePack of first, last, requests, tokens of each bucket
-- ARGV[1]  now in microseconds; "" (always, but for tests): the server's own clock
-- ARGV[2]  "take":   ARGV[3] tokens, ARGV[4] limit of requests, ARGV[5] limit of tokens (-1: none)
--          "settle": ARGV[3] name of the bucket, ARGV[4] tokens to add, ARGV[5] requests to add (0 or -1)
-- Answers {bucket, wait, requests, tokens, requests_reset, tokens_reset}, as window.Verdict.

local MINUTE, SPAN = 60000000, 500000
local FIELDS = 4

local stored = redis.call('GET', KEYS[1])
local known = stored and cmsgpack.unpack(stored) or {}
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
if #known > 0 then
  now = math.max(now, known[#known - 2])
end

-- What is over is forgotten.
local window, requests, tokens = {}, 0, 0
for at = 1, #known, FIELDS do
  if known[at + 1] + MINUTE > now then
    for field = 0, FIELDS - 1 do
      window[#window + 1] = known[at + field]
    end
    requests = requests + known[at + 2]
    tokens = tokens + known[at + 3]
  end
end

local function save()
  redis.call('SET', KEYS[1], cmsgpack.pack(window), 'PX', math.ceil((window[#window - 2] + MINUTE - now) / 1000))
end

local function add(more_requests, more_tokens)
  if #window == 0 or now - window[#window - 3] >= SPAN then
    for _, field in ipairs({now, now, 0, 0}) do
      window[#window + 1] = field
    end
  end
  local last = #window
  window[last - 2] = now
  window[last - 1] = window[last - 1] + more_requests
  window[last] = window[last] + more_tokens
  requests = requests + more_requests
  tokens = tokens + more_tokens
  save()
  return window[last - 3]
end

if ARGV[2] == 'settle' then
  local more = tonumber(ARGV[4])
  if more > 0 then
    add(0, more)
  else
    for at = 1, #window, FIELDS do
      if window[at] == tonumber(ARGV[3]) then
        window[at + 2] = window[at + 2] + tonumber(ARGV[5])
        window[at + 3] = window[at + 3] + more
        save()
      end
    end
  end
  return {}
end

local wanted, requests_limit, tokens_limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local over_requests = requests_limit < 0 and 0 or requests + 1 - requests_limit
local over_tokens = tokens_limit < 0 and 0 or tokens + wanted - tokens_limit
local wait = 0
for at = 1, #window, FIELDS do
  if over_requests <= 0 and over_tokens <= 0 then
    break
  end
  over_requests = over_requests - window[at + 2]
  over_tokens = over_tokens - window[at + 3]
  wait = window[at + 1] + MINUTE - now
end

local bucket = -1
if wait == 0 then
  bucket = add(1, wanted)
end
local requests_reset, tokens_reset = 0, 0
for at = 1, #window, FIELDS do
  if window[at + 2] > 0 then
    requests_reset = window[at + 1] + MINUTE - now
  end
  if window[at + 3] > 0 then
    tokens_reset = window[at + 1] + MINUTE - now
  end
end
return {bucket, wait, requests, tokens, requests_reset, tokens_reset}
