"""Lua for the server. Each looks at keys of one slot only, so that it runs on a cluster as well; all can be sent twice without harm.

They are sent as text every time (some hundred bytes), so that a server that was started anew knows them.
"""

MAX_FIELDS = 64
MAX_VALUE = 65_536 + 32

LOOK = f"""
local bad, entries = 0, {{}}
if redis.call('HLEN', KEYS[1]) > {MAX_FIELDS} then
  redis.call('DEL', KEYS[1])
  return {{1, ''}}
end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if #field > 128 or redis.call('HSTRLEN', KEYS[1], field) > {MAX_VALUE} then
    redis.call('HDEL', KEYS[1], field)
    bad = bad + 1
  else
    table.insert(entries, field)
    table.insert(entries, redis.call('HGET', KEYS[1], field))
  end
end
local owner = redis.call('GETRANGE', KEYS[2], 0, 127)
return {{bad, owner, unpack(entries)}}
"""
"""keys: entries, lease. Returns how many entries were too large and are gone, the holder of the lease, then fields and values in turn."""

ADD = f"""
if redis.call('HLEN', KEYS[1]) > {MAX_FIELDS} then redis.call('DEL', KEYS[1]) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local group, keep = string.sub(ARGV[1], 1, 1), tonumber(ARGV[3])
while true do
  local count, oldest, age = 0, nil, nil
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(field, 1, 1) == group then
      count = count + 1
      local written = string.sub(redis.call('HGET', KEYS[1], field), 1, 13)
      if not age or written < age then oldest, age = field, written end
    end
  end
  if count <= keep then return count end
  redis.call('HDEL', KEYS[1], oldest)
end
"""
"""keys: entries. arguments: field, value, how many of its group stay. Returns how many there are."""

REMOVE = """
for i = 2, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
local left = 0
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, 1) == ARGV[1] then left = left + 1 end
end
return left
"""
"""keys: entries. arguments: a group, fields to be removed. Returns how many of the group are left."""

REMOVE_GROUP = """
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, 1) == ARGV[1] then redis.call('HDEL', KEYS[1], field) end
end
return 1
"""
"""keys: entries. arguments: a group, all of which goes."""

FORGET_UNUSED = """
local gone = 0
for i = 1, #ARGV, 2 do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) == ARGV[i + 1] then gone = gone + redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return gone
"""
"""keys: an index. arguments: goals and their scores in turn; goals that were used since, and so have another score, stay."""

TEXTS = f"""
local found = {{}}
for _, text in ipairs(redis.call('ZREVRANGE', KEYS[1], 0, 511)) do
  if #text <= {4 * 2_000 + 256} then table.insert(found, text) end
end
return table.concat(found, string.char(0))
"""
"""keys: texts. Returns them as one string, NUL between them: half a thousand strings are slow to read for a client in Python."""

TAKE = """
local owner = redis.call('GET', KEYS[1])
if not owner or owner == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return owner and 2 or 1
end
return 0
"""
"""keys: lease. arguments: owner, milliseconds. Takes or prolongs it: 1 taken, 2 prolonged, 0 another has it."""

GIVE_BACK = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""
"""keys: lease. arguments: owner."""
