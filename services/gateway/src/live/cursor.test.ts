import { liveLimits } from '@telltale/contracts/live';
import { describe, expect, it } from 'vitest';
import {
  advanceCursor,
  agentMark,
  deliveredUpTo,
  formatCursor,
  isOutstanding,
  parseCursor,
  type Cursor,
} from './cursor.ts';
import { compareStreamIds, nextStreamId, previousStreamId } from './stream-id.ts';

const cursor = (id: string, behind: Record<string, string> = {}): Cursor => ({
  epoch: 'e',
  id,
  behind: new Map(Object.entries(behind).map(([agent, first]) => [agentMark(agent), first])),
});

describe('a cursor', () => {
  it('is its epoch and stream id, and comes back as it was', () => {
    expect(formatCursor(cursor('5-1'))).toBe('e:5-1');
    const whole = cursor('5-1', { one: '3-0', 'agent ~.:': '4-2' });
    expect(parseCursor(formatCursor(whole))).toEqual(whole);
    const within = { ...whole, part: { entry: '6-0', records: 200 } };
    expect(formatCursor({ ...within, behind: new Map() })).toBe('e:5-1+6-0.200');
    expect(parseCursor(formatCursor(within))).toEqual(within);
  });

  it('is refused when it is none of ours', () => {
    for (const text of [
      '',
      'e',
      'e:',
      ':5-1',
      'e:5',
      'e:5-1~',
      'e:5-1~x',
      'e:5-1~x.y',
      'e:5-x',
      'e:5-1~.3-0',
      'e:5-1+',
      'e:5-1+6-0',
      'e:5-1+6-0.x',
      'e:5-1+x.1',
      'e:5-1+6-0.-1',
    ]) {
      expect([text, parseCursor(text)]).toEqual([text, null]);
    }
  });

  it('begins where the agent that is furthest behind has to begin', () => {
    expect(deliveredUpTo(cursor('5-1'))).toBe('5-1');
    expect(deliveredUpTo(cursor('5-1', { one: '3-4', two: '4-0' }))).toBe('3-3');
  });

  it('knows what is outstanding for each agent', () => {
    const held = cursor('5-1', { one: '3-0' });
    expect(isOutstanding(held, '3-0', 'one')).toBe(true);
    expect(isOutstanding(held, '2-9', 'one')).toBe(false);
    expect(isOutstanding(held, '3-0', 'two')).toBe(false);
    expect(isOutstanding(held, '5-2', 'two')).toBe(true);
  });

  it('advanced in the middle of what was held back repeats nothing and leaves nothing out', () => {
    const half = advanceCursor(cursor('5-1', { one: '3-0', two: '4-0' }), '3-7');
    expect(isOutstanding(half, '3-7', 'one')).toBe(false);
    expect(isOutstanding(half, '3-8', 'one')).toBe(true);
    expect(isOutstanding(half, '3-9', 'two')).toBe(false);
    expect(isOutstanding(half, '4-0', 'two')).toBe(true);
    expect(isOutstanding(half, '4-5', 'three')).toBe(false);
    expect(advanceCursor(half, '5-1')).toEqual(cursor('5-1'));
  });

  it('that would be too long to send back asks for a fresh snapshot instead', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`agent-${n}`, '1795270518284-0']));
    const text = formatCursor(cursor('1795270518999-0', many));
    expect(text.length).toBeLessThan(liveLimits.cursorLength);
    expect(parseCursor(text)?.epoch).toBe('none');
  });
});

it('orders stream ids by time and then by number, whatever their length', () => {
  const ids = ['0-0', '9-9', '10-0', '10-2', '10-10', '1795270518284-0', '1795270518284-11'];
  expect(ids.toReversed().toSorted(compareStreamIds)).toEqual(ids);
  expect(nextStreamId('10-9')).toBe('10-10');
  expect(previousStreamId('10-10')).toBe('10-9');
  expect(compareStreamIds(previousStreamId('10-0'), '9-9')).toBeGreaterThan(0);
  expect(compareStreamIds(previousStreamId('10-0'), '10-0')).toBeLessThan(0);
});
