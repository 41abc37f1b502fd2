import { setImmediate as turn } from 'node:timers/promises';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { expect, test } from 'vitest';
import type { RecordDraft } from '../recorder/draft.ts';
import { createTelltale } from './telltale.ts';

const aTelltale = (deps: { redact?: (text: string) => string } = {}) => {
  const records: RecordDraft[] = [];
  const telltale = createTelltale({ ...deps, sink: { record: (draft) => `${records.push(draft)}` } });
  return { telltale, records };
};

test('what runs at the same time is reported for the session, task and agent it runs for', async () => {
  const { telltale, records } = aTelltale();
  const search = telltale.tool('search', async (query: string) => {
    await turn();
    return { found: query };
  });
  await Promise.all(
    ['a', 'b', 'c'].map((id) =>
      telltale.with({ session_id: id, agent_id: 'lead' }, async () => {
        await turn();
        await telltale.with({ task_id: `task-${id}`, agent_id: `helper-${id}` }, () => search(id));
      }),
    ),
  );
  telltale.drain();
  for (const id of ['a', 'b', 'c'])
    expect(records).toContainEqual(
      expect.objectContaining({
        session_id: id,
        task_id: `task-${id}`,
        agent_id: `helper-${id}`,
        tool_name: 'search',
        input_size_bytes: 1,
      }),
    );
});

test('a tool fails as it would alone, and its failure is recorded with what looks like a key taken out', async () => {
  const { telltale, records } = aTelltale({ redact: (text) => text.replaceAll('hunter2', '‹redacted›') });
  const failing = telltale.tool('open', (_path: string): string => {
    throw new RangeError('no hunter2 here');
  });
  const refusing = telltale.tool('ask', () => ({ error: 'not allowed' }));
  expect(() => failing('hunter2')).toThrow(RangeError);
  expect(refusing()).toEqual({ error: 'not allowed' });
  telltale.drain();
  expect(records).toMatchObject([
    { success: false, error_message: 'no ‹redacted› here', input_preview: '‹redacted›' },
    { success: false, error_message: 'not allowed' },
  ]);
});

test('a tool that gives its answer bit by bit is one use, which ends with its last bit or as it fails', async () => {
  const { telltale, records } = aTelltale({ redact: (text) => text });
  const counting = telltale.tool('count', async function* (to: number) {
    for (let n = 1; n <= to; n += 1) yield n;
    if (to === 3) throw new Error('three is too many');
  });
  const got: number[] = [];
  for await (const n of counting(2)) got.push(n);
  const all = async (): Promise<void> => {
    for await (const n of counting(3)) got.push(-n);
  };
  await expect(all()).rejects.toThrow('three is too many');
  for await (const n of counting(9)) if (n === 2) break;
  telltale.drain();
  expect(got).toEqual([1, 2, -1, -2, -3]);
  expect(records).toMatchObject([
    { tool_name: 'count', success: true, output_preview: '2' },
    { tool_name: 'count', success: false, error_message: 'three is too many' },
    { tool_name: 'count', success: true, output_preview: '2' },
  ]);
});

test('a tool that gives its answer bit by bit is told at the end as well when its reader just stopped', async () => {
  const clock = createManualClock();
  const records: RecordDraft[] = [];
  const telltale = createTelltale({
    clock,
    redact: (text) => text,
    sink: { record: (draft) => `${records.push(draft)}` },
  });
  const counting = telltale.tool('count', async function* () {
    for (let n = 1; n < 9; n += 1) {
      clock.advance(10);
      yield n;
    }
  });
  const read = telltale.with({ session_id: 's1' }, () => counting());
  const begun = clock.now();
  await read.next();
  await read.next();
  const unread = counting();
  clock.advance(60_000);
  telltale.leaveCalls();
  telltale.leaveCalls();
  telltale.drain();
  const at = new Date(begun + 20).toISOString();
  expect(records).toMatchObject([
    { tool_name: 'count', session_id: 's1', at, success: true, duration_ms: 20, output_preview: '2' },
    { tool_name: 'count', at, success: true, duration_ms: 0 },
  ]);
  await Promise.all([read.return(), unread.return()]);
});

test('the answer of such a tool stays a generator, to whoever asks and to a wrapper around it', async () => {
  const { telltale, records } = aTelltale();
  const once = telltale.tool('inner', async function* () {
    const told: string = yield 'asked';
    yield told;
  });
  const twice = telltale.tool('outer', () => once());
  const made = twice();
  expect(Object.prototype.toString.call(made)).toBe('[object AsyncGenerator]');
  expect(made[Symbol.asyncIterator]()).toBe(made);
  expect(await made.next()).toEqual({ done: false, value: 'asked' });
  expect(await made.next('told')).toEqual({ done: false, value: 'told' });
  await made.return();
  telltale.drain();
  expect(records.map((record) => Reflect.get(record, 'tool_name'))).toEqual(['inner', 'outer']);
});

test('what is sealed, frozen or has a fixed method keeps its keys, and takes what it took before', () => {
  const { telltale, records } = aTelltale();
  const add = { description: 'adds', execute: (a: number) => a + 1 };
  const tools = telltale.tools({ sealed: Object.seal({ ...add }), frozen: Object.freeze({ ...add }) });
  for (const one of [tools.sealed, tools.frozen]) {
    expect(Object.keys(one)).toEqual(['description', 'execute']);
    expect({ ...one }.execute(1)).toBe(2);
  }
  const sealed = Object.seal({ limit: 1, get: (key: string) => key });
  const memory = telltale.memory(sealed);
  memory.limit = 5;
  expect([memory.limit, sealed.limit]).toEqual([5, 5]);
  const fixed = Object.defineProperty({ limit: 1, get: (key: string) => key }, 'get', {
    value: (key: string) => key,
    writable: false,
    configurable: false,
  });
  const store = telltale.memory(fixed);
  store.limit = 5;
  expect([store.get('a'), store.limit, fixed.limit]).toEqual(['a', 5, 5]);
  const heir = Object.assign(Object.create(store) as typeof store, { limit: 7 });
  expect([heir.limit, fixed.limit]).toEqual([7, 5]);
  const iterable = telltale.memory(Object.freeze({ [Symbol.iterator]: () => [1, 2].values() }));
  expect([...iterable]).toEqual([1, 2]);
  telltale.drain();
  expect(records.map(({ kind }) => kind)).toEqual(['tool_call', 'tool_call', 'memory_operation']);
});

test('what is frozen is recorded as well, and a class that a store or a model holds stays one', () => {
  const { telltale, records } = aTelltale();
  const tools = telltale.tools(Object.freeze({ add: Object.freeze({ execute: (a: number) => a + 1 }) }));
  expect(tools.add.execute(1)).toBe(2);
  const frozen = telltale.memory(Object.freeze({ get: (key: string) => `${key}!` }));
  expect(frozen.get('a')).toBe('a!');
  class Store {
    readonly #held = 1;
    readonly Item = class Item {
      readonly name = 'item';
    };
    size(): number {
      return this.#held;
    }
  }
  const store = telltale.memory(new Store());
  expect(store).toBeInstanceOf(Store);
  expect(new store.Item()).toBeInstanceOf(store.Item);
  expect([store.constructor, store.size(), store.size.name]).toEqual([Store, 1, 'size']);
  telltale.drain();
  expect(records.map(({ kind }) => kind)).toEqual(['tool_call', 'memory_operation']);
});

test('a memory store tells what was stored, found, missed and deleted, and keeps its private fields', async () => {
  class Store {
    readonly #kept = new Map<string, string>();
    async set(key: string, value: string): Promise<void> {
      this.#kept.set(key, value);
    }
    search(word: string): string[] {
      return [...this.#kept.values()].filter((value) => value.includes(word));
    }
    delete(key: string): boolean {
      return this.#kept.delete(key);
    }
    size(): number {
      return this.#kept.size;
    }
  }
  const { telltale, records } = aTelltale();
  const store = telltale.memory(new Store());
  await store.set('m1', 'tea, no milk');
  expect(store.search('tea')).toEqual(['tea, no milk']);
  expect(store.search('wine')).toEqual([]);
  expect(store.delete('m1')).toBe(true);
  expect(store.size()).toBe(0);
  telltale.drain();
  expect(records).toMatchObject([
    { operation: 'store', memory_id: 'm1', size_bytes: 12 },
    { operation: 'recall', hit: true },
    { operation: 'recall', hit: false },
    { operation: 'delete', memory_id: 'm1' },
  ]);
});

test('nothing that cannot be read, serialised or recorded throws into the agent', () => {
  const { telltale, records } = aTelltale();
  const broken = createTelltale({
    sink: {
      record() {
        throw new Error('full');
      },
    },
  });
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const evil = {
    get error(): string {
      throw new Error('trap');
    },
  };
  for (const one of [telltale, broken]) {
    expect(one.tool('t', (_value: unknown) => evil)(cycle)).toBe(evil);
    one.record({ kind: 'agent_step', name: 'x' });
    expect(() => one.drain()).not.toThrow();
  }
  // What cannot be read is left out of what is told of the use.
  expect(records).toMatchObject([{ kind: 'tool_call', tool_name: 't', success: true }, { kind: 'agent_step' }]);
  expect(telltale.dropped()).toBe(0);
  expect(broken.dropped()).toBe(2);
  expect(telltale.google({})).toEqual({});
});
