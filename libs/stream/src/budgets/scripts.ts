import { evenWhenFull, script } from '../run-script.ts';

/**
 * Fields of `sums`, each behind the name of an account:
 *   |c limit  |h 1 where calls are refused  |b rolled up  |s settled and not rolled up  |r reserved: open calls and free
 *   slices of every holder  |u rolled-up calls without a price  |w somebody waits for room until then (epoch ms)
 *   |t when a holder last named it (epoch ms)
 * A holder's row is JSON: n, k, beat, run, producer, closed, slices {account: [open, free]}, and in `calls` how many of its
 * calls are settled and not rolled up; those are fields of a hash of their own, <holder>/<call> → {account: amount}.
 * Amounts are whole numbers below 2^53, written as text: Lua's own writing of numbers and cjson's lose digits.
 */
const shared = `${evenWhenFull}local book, sums, holders, calls = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local word = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(x) return string.format('%.0f', x) end
local function get(field) return tonumber(redis.call('HGET', sums, field) or '0') end
local function add(field, x) if x ~= 0 then redis.call('HINCRBY', sums, field, text(x)) end end
local function counted(account) return redis.call('HEXISTS', sums, account .. '|b') == 1 end
local function release(row, account)
  local slice = row.slices[account]
  if counted(account) then add(account .. '|r', -(tonumber(slice[1]) + tonumber(slice[2]))) end
  row.slices[account] = nil
end
local function forget(id, row, call)
  local found = redis.call('HGET', calls, id .. '/' .. call)
  if not found then return end
  for account, amount in pairs(cjson.decode(found)) do
    if counted(account) then add(account .. '|s', -tonumber(amount)) end
  end
  redis.call('HDEL', calls, id .. '/' .. call)
  row.calls = text(tonumber(row.calls) - 1)
end
local function keep(id, row)
  if row.closed and tonumber(row.calls) <= 0 then redis.call('HDEL', holders, id)
  else redis.call('HSET', holders, id, cjson.encode(row)) end
end
`;

/**
 * KEYS: book, sums, holders, calls, wanted. ARGV: a holder's word (`budgetSyncBody`). Answers [outcome, JSON]: for 'opening' the
 * accounts that nobody counts yet.
 */
export const syncScript = script(`${shared}
local missing, seen = {}, {}
local function need(account)
  if seen[account] or counted(account) then return end
  seen[account] = true
  missing[#missing + 1] = account
end
for _, slice in ipairs(word.slices) do need(slice.account) end
for _, want in ipairs(word.wants) do need(want.account) end
for _, call in ipairs(word.settled) do for account in pairs(call.amounts) do need(account) end end
if #missing > 0 or redis.call('HEXISTS', book, 'version') == 0 then
  for _, account in ipairs(missing) do redis.call('HSET', KEYS[5], account, text(now)) end
  return { 'opening', cjson.encode({ accounts = missing, none = #missing == 0 }) }
end
local text_of_row = redis.call('HGET', holders, word.holder)
if not text_of_row and word.n > 1 then return { 'register', '{}' } end
local row = text_of_row and cjson.decode(text_of_row) or { n = '0', k = '0', slices = {}, calls = '0' }
if tonumber(row.n) >= word.n then return { 'stale', '{}' } end
row.n, row.beat, row.run, row.producer = text(word.n), text(now), word.run_id, word.producer_id
for _, call in ipairs(word.settled) do
  if call.k > tonumber(row.k) then
    row.k = text(call.k)
    local amounts = {}
    for account, amount in pairs(call.amounts) do
      amounts[account] = text(amount)
      add(account .. '|s', amount)
    end
    if next(amounts) ~= nil and
      redis.call('HSET', calls, word.holder .. '/' .. call.call_id, cjson.encode(amounts)) == 1 then
      row.calls = text(tonumber(row.calls) + 1)
    end
  end
end
local before = {}
for account in pairs(row.slices) do before[#before + 1] = account end
for _, account in ipairs(before) do release(row, account) end
for _, slice in ipairs(word.slices) do
  if slice.open + slice.free > 0 then
    row.slices[slice.account] = { text(slice.open), text(slice.free) }
    add(slice.account .. '|r', slice.open + slice.free)
  end
end
local ends = tonumber(redis.call('HGET', book, 'gathering_until') or '0')
local gathering = math.max(0, ends - now)
local refused, blocked, granted = false, {}, {}
for _, want in ipairs(word.wants) do
  local account = want.account
  local used = get(account .. '|b') + get(account .. '|s') + get(account .. '|r')
  if get(account .. '|h') == 1 and (gathering > 0 or used + want.amount > get(account .. '|c')) then
    refused, blocked[account] = true, true
    redis.call('HSET', sums, account .. '|w', text(now + 5000))
  end
end
if not refused then
  for _, want in ipairs(word.wants) do
    local account = want.account
    local room = get(account .. '|c') - get(account .. '|b') - get(account .. '|s') - get(account .. '|r') - want.amount
    local extra = want.extra
    if get(account .. '|h') == 1 then extra = math.max(0, math.min(extra, math.floor(room / 10))) end
    local slice = row.slices[account] or { '0', '0' }
    granted[account] = want.amount + extra
    row.slices[account] = { slice[1], text(tonumber(slice[2]) + granted[account]) }
    add(account .. '|r', granted[account])
  end
end
row.closed = word.closing or nil
local about, told = {}, {}
local function tell(account)
  if told[account] then return end
  told[account] = true
  redis.call('HSET', sums, account .. '|t', text(now))
  about[#about + 1] = { account, text(get(account .. '|c')), text(get(account .. '|b') + get(account .. '|s')),
    text(get(account .. '|r')), text(granted[account] or 0), get(account .. '|w') > now and '1' or '0',
    blocked[account] and '1' or '0' }
end
for _, slice in ipairs(word.slices) do tell(slice.account) end
for _, want in ipairs(word.wants) do tell(want.account) end
local pending = {}
for _, call in ipairs(word.asks) do
  if redis.call('HEXISTS', calls, word.holder .. '/' .. call) == 1 then pending[#pending + 1] = call end
end
keep(word.holder, row)
return { refused and 'refused' or 'ok',
  cjson.encode({ k = row.k, about = about, pending = pending, gathering = text(gathering) }) }
`);

/**
 * KEYS: book, sums, holders, calls. ARGV: {version, silent_ms, accounts: [{a, c, h, b, u}], rolled: {holder: [call]},
 * closed: {holder: [call]}, ended: [holder], forget: [account]}. New rolled-up totals and the removal of what they hold now, in one; 0
 * when somebody else did so since the book was read, whose totals may be newer. Whose books are closed holds nothing any
 * more; whose run has ended, only calls that are not rolled up; who is silent, no calls that are open.
 */
export const rebaseScript = script(`${shared}
if redis.call('HGET', book, 'version') ~= word.version then return 0 end
for _, one in ipairs(word.accounts) do
  redis.call('HSET', sums, one.a .. '|c', text(one.c), one.a .. '|h', text(one.h), one.a .. '|b', text(one.b),
    one.a .. '|u', text(one.u))
  redis.call('HSETNX', sums, one.a .. '|s', '0')
  redis.call('HSETNX', sums, one.a .. '|r', '0')
end
for id, list in pairs(word.rolled) do
  local found = redis.call('HGET', holders, id)
  if found then
    local row = cjson.decode(found)
    for _, call in ipairs(list) do forget(id, row, call) end
    keep(id, row)
  end
end
local closed, ended = {}, {}
for id, list in pairs(word.closed) do closed[id] = list end
for _, id in ipairs(word.ended) do ended[id] = true end
local rows = redis.call('HGETALL', holders)
for i = 1, #rows, 2 do
  local row = cjson.decode(rows[i + 1])
  local silent = now - tonumber(row.beat) > word.silent_ms
  if closed[rows[i]] or ended[rows[i]] or silent then
    local accounts = {}
    for account in pairs(row.slices) do accounts[#accounts + 1] = account end
    if closed[rows[i]] or ended[rows[i]] then
      for _, account in ipairs(accounts) do release(row, account) end
      for _, call in ipairs(closed[rows[i]] or {}) do forget(rows[i], row, call) end
      row.closed = true
      keep(rows[i], row)
    else
      local changed = false
      for _, account in ipairs(accounts) do
        local slice = row.slices[account]
        if slice[1] ~= '0' then
          if counted(account) then add(account .. '|r', -tonumber(slice[1])) end
          row.slices[account], changed = { '0', slice[2] }, true
        end
      end
      if changed then keep(rows[i], row) end
    end
  end
end
for _, account in ipairs(word.forget) do
  if get(account .. '|s') == 0 and get(account .. '|r') == 0 then
    for _, field in ipairs({ 'c', 'h', 'b', 's', 'r', 'u', 'w', 't' }) do redis.call('HDEL', sums, account .. '|' .. field) end
  end
end
redis.call('HINCRBY', book, 'version', 1)
return 1
`);

/**
 * KEYS: book. ARGV: epoch of the data, ms of gathering. Opens the book in these data; 0 when it is open in them already. The
 * first version is a time, so that no version of a book that was wiped comes again.
 */
export const openScript = script(`${evenWhenFull}if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSETNX', KEYS[1], 'version', string.format('%.0f', now))
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'gathering_until', string.format('%.0f', now + ARGV[2]))
return 1
`);
