"""What happens inside the store: each script is one indivisible step there, by the store's own clock.

Scripts get all keys that they touch, and numbers as text; they answer integers, and fractions as text.
"""

from __future__ import annotations

import hashlib

_PREFIX = "gatewright:"

EPOCH = _PREFIX + "epoch"  # the run of the server that holds this data, and when it began
SETTLING = _PREFIX + "settling"  # exists while workers say anew what they hold
WORKERS = _PREFIX + "workers"  # by when they were heard last
NAMES = _PREFIX + "names"  # of quotas, by when something was counted last
BOOKKEEPER = _PREFIX + "bookkeeper"  # the node that enters the use of quotas into the durable store
HEARD = _PREFIX + "bus:heard"  # when the last worker said that it lives
UNSURE = _PREFIX + "bus:unsure"  # exists while nobody is taken for dead: the store was away, or has forgotten


def bucket(name: str) -> str:
    return f"{_PREFIX}bucket:{name}"


def period(name: str, start: str) -> str:
    """A quota's period: "total" granted, "base" of it by workers that are gone, and each worker's "claim sequence"."""
    return f"{_PREFIX}period:{start}:{name}"


def days(name: str) -> str:
    """Requests counted under a name: "day worker" → count, and "day " → counted by workers that are gone."""
    return f"{_PREFIX}days:{name}"


def cache(digest: str) -> list[str]:
    """Values, their times of use and of expiry, and bytes in all."""
    return [f"{_PREFIX}cache:{digest}:{which}" for which in ("values", "used", "expires", "size")]


def bearers(name: str) -> str:
    """The nodes whose worker bears a name on the bus, by when they were heard last."""
    return f"{_PREFIX}bus:{name}:bearers"


def inbox(name: str) -> str:
    """The channel on which those who bear a name are spoken to."""
    return f"{_PREFIX}bus:{name}"


class Script:
    """A script and what it is called by."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


# KEYS epoch, settling. ARGV run of the server, milliseconds to settle. Another run: what is here may be old, or gone.
ARRIVE = Script("""
local epoch = redis.call('GET', KEYS[1])
if not epoch or string.sub(epoch, 1, #ARGV[1]) ~= ARGV[1] then
  local t = redis.call('TIME')
  epoch = ARGV[1] .. ' ' .. t[1] .. '.' .. t[2]
  redis.call('SET', KEYS[1], epoch)
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
end
return epoch
""")

# KEYS epoch, workers. ARGV worker, seconds after which one counts as gone. → epoch, number of workers
BEAT = Script("""
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[2])
return {redis.call('GET', KEYS[1]) or '', redis.call('ZCARD', KEYS[2])}
""")

# KEYS bucket. ARGV rate, burst, wanted, given back. → drawn, tokens left
DRAW = Script("""
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local old = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(old[1]) or burst, tonumber(old[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate + ARGV[4])
local drawn = math.min(math.floor(tokens), tonumber(ARGV[3]))
tokens = tokens - drawn
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.6f', math.max(now, at)))
redis.call('EXPIRE', KEYS[1], math.ceil(math.min(2592000, burst / rate)) + 60)
return {drawn, string.format('%.6f', tokens)}
""")

# KEYS period, settling, epoch. ARGV worker, sequence, claim, limit, most, part, seconds to keep.
# → granted, total, milliseconds to wait, sequence that was overtaken (or 0)
# A claim says how many requests of the period the worker has served and holds: absolute, so that one which is lost or
# said twice does no harm. One that was overtaken by a later one is not heard.
CLAIM = Script("""
local old = redis.call('HGET', KEYS[1], ARGV[1])
local total = tonumber(redis.call('HGET', KEYS[1], 'total') or 0)
local claim, before = tonumber(ARGV[3]), 0
if old then
  local count, sequence = string.match(old, '(%S+) (%S+)')
  if tonumber(sequence) >= tonumber(ARGV[2]) then return {0, total, 0, tonumber(sequence)} end
  before = tonumber(count)
else
  local base = tonumber(redis.call('HGET', KEYS[1], 'base') or 0)
  before = math.min(base, claim)
  redis.call('HSET', KEYS[1], 'base', base - before)
end
total = total + claim - before
local wait = redis.call('PTTL', KEYS[2])
if wait < 0 and redis.call('EXISTS', KEYS[3]) == 0 then wait = 100 end
local granted = 0
if wait < 0 then
  local left = tonumber(ARGV[4]) - total
  granted = math.max(0, math.min(left, math.max(1, math.min(tonumber(ARGV[5]), math.floor(left / ARGV[6])))))
end
if tonumber(ARGV[5]) == 0 then granted = 0 end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f %s', claim + granted, ARGV[2]),
           'total', string.format('%.0f', total + granted))
redis.call('EXPIRE', KEYS[1], ARGV[7])
return {granted, total + granted, math.max(0, wait), 0}
""")

# KEYS days, names. ARGV name, day, worker, count, seconds to keep.
REPORT = Script("""
local field, count = ARGV[2] .. ' ' .. ARGV[3], tonumber(ARGV[4])
local old = redis.call('HGET', KEYS[1], field)
if old and tonumber(old) >= count then return 0 end
if not old then
  local base = tonumber(redis.call('HGET', KEYS[1], ARGV[2] .. ' ') or 0)
  if base > 0 then redis.call('HSET', KEYS[1], ARGV[2] .. ' ', base - math.min(base, count)) end
end
redis.call('HSET', KEYS[1], field, count)
redis.call('EXPIRE', KEYS[1], ARGV[5])
local t = redis.call('TIME')
redis.call('ZADD', KEYS[2], string.format('%.3f', t[1] + t[2] / 1000000), ARGV[1])
return 1
""")

# KEYS days. ARGV seconds to keep, then day, count, … At least so much is counted.
RESTORE_DAYS = Script("""
local sums, all = {}, redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local day = string.sub(all[i], 1, 10)
  sums[day] = (sums[day] or 0) + all[i + 1]
end
for i = 2, #ARGV, 2 do
  local missing = ARGV[i + 1] - (sums[ARGV[i]] or 0)
  if missing > 0 then redis.call('HINCRBY', KEYS[1], ARGV[i] .. ' ', missing) end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 0
""")

# KEYS period. ARGV count, seconds to keep. At least so much is granted.
RESTORE_PERIOD = Script("""
local missing = ARGV[1] - (redis.call('HGET', KEYS[1], 'total') or 0)
if missing > 0 then
  redis.call('HINCRBY', KEYS[1], 'base', missing)
  redis.call('HINCRBY', KEYS[1], 'total', missing)
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 0
""")

# KEYS bookkeeper. ARGV node, milliseconds. → 1: it is this one
KEEP_BOOKS = Script("""
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
""")

# KEYS of a cache. ARGV digest. → value, milliseconds left; nothing
CACHE_GET = Script("""
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then return {} end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local left = (tonumber(redis.call('ZSCORE', KEYS[3], ARGV[1])) or 0) - now
if left <= 0 then return {} end
redis.call('ZADD', KEYS[2], now, ARGV[1])
return {value, left}
""")

# KEYS of a cache. ARGV digest, value, milliseconds, bytes that an entry costs besides, budget.
CACHE_PUT = Script("""
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local total = tonumber(redis.call('GET', KEYS[4]) or 0)
local function drop(digest)
  local size = redis.call('HSTRLEN', KEYS[1], digest)
  if redis.call('HDEL', KEYS[1], digest) == 1 then total = total - size - ARGV[4] end
  redis.call('ZREM', KEYS[2], digest)
  redis.call('ZREM', KEYS[3], digest)
end
drop(ARGV[1])
for _, digest in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 100)) do drop(digest) end
local size = #ARGV[2] + ARGV[4]
while total + size > tonumber(ARGV[5]) do
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)
  if #oldest == 0 then total = 0 break end
  drop(oldest[1])
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[1])
redis.call('SET', KEYS[4], string.format('%.0f', total + size))
for _, key in ipairs(KEYS) do
  if redis.call('PTTL', key) < tonumber(ARGV[3]) then redis.call('PEXPIRE', key, ARGV[3] + 60000) end
end
return 1
""")

# KEYS of a cache.
CACHE_CLEAR = Script("return redis.call('UNLINK', unpack(KEYS))")

# KEYS bearers of a name, heard, unsure. ARGV node, seconds after which it is dead, milliseconds to be unsure, inbox.
# → nodes that bear the name. When nobody was heard for a while, the store was away, not they.
HOLD = Script("""
local t = redis.call('TIME')
local now, last = t[1] + t[2] / 1000000, tonumber(redis.call('GET', KEYS[2]))
if not last or now - last > 3 then redis.call('SET', KEYS[3], '1', 'PX', ARGV[3]) end
redis.call('SET', KEYS[2], string.format('%.3f', now))
redis.call('ZADD', KEYS[1], string.format('%.3f', now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[4], '')
return redis.call('ZCARD', KEYS[1])
""")

# KEYS bearers. ARGV node.
LEAVE = Script("return redis.call('ZREM', KEYS[1], ARGV[1])")

# KEYS bearers of the asking one's name, of the asked one's, unsure. ARGV seconds after which a node is dead, inbox,
# question (without one it is only looked who hears). → how many hear it; -1: nobody bears the name.
ASK = Script("""
local t = redis.call('TIME')
local since = t[1] + t[2] / 1000000 - ARGV[1]
local function borne(key) return redis.call('ZCOUNT', key, since, '+inf') > 0 end
if redis.call('EXISTS', KEYS[3]) == 0 and borne(KEYS[1]) and not borne(KEYS[2]) then return -1 end
if not ARGV[3] then return redis.call('PUBSUB', 'NUMSUB', ARGV[2])[2] end
return redis.call('PUBLISH', ARGV[2], ARGV[3])
""")

# ARGV inbox, answer.
REPLY = Script("return redis.call('PUBLISH', ARGV[1], ARGV[2])")

ALL = (
    ARRIVE,
    BEAT,
    DRAW,
    CLAIM,
    REPORT,
    RESTORE_DAYS,
    RESTORE_PERIOD,
    KEEP_BOOKS,
    CACHE_GET,
    CACHE_PUT,
    CACHE_CLEAR,
    HOLD,
    LEAVE,
    ASK,
    REPLY,
)
