import { expect, test } from 'vitest';
import { chooseCube, cubes, dimensions } from './cubes.ts';
import { measures } from './measures.ts';
import { aStore } from './test-support/a-store.ts';

test('a question goes to the smallest cube that holds it', () => {
  expect(chooseCube('llm', [])?.name).toBe('team');
  expect(chooseCube('llm', ['model'])?.name).toBe('model');
  expect(chooseCube('tool', ['tool', 'host'])?.name).toBe('host_tool');
  expect(chooseCube('tool', ['tool', 'host', 'project'])?.name).toBe('place_tool');
  expect(chooseCube('llm', ['agent_id', 'project'])?.name).toBe('place');
  expect(chooseCube('llm', ['session_id', 'user_id'])?.name).toBe('unit');
  expect(chooseCube('llm', ['task_id', 'provider'])?.name).toBe('unit_model');
});

test('what no cube holds is refused rather than answered wrongly', () => {
  expect(chooseCube('tool', ['model'])).toBeNull();
  expect(chooseCube('llm', ['model', 'tool'])).toBeNull();
  expect(chooseCube('llm', ['session_id', 'model'], { bins: true })).toBeNull();
  expect(chooseCube('llm', ['agent_id', 'model'], { bins: true })?.name).toBe('place_model');
  expect(chooseCube('llm', ['user_id', 'model'], { bins: true })?.name).toBe('user_model');
});

test('every cube is made after the one it is summed from, which has all of its dimensions', () => {
  const made = new Map<string, readonly string[]>();
  for (const { name, dims, from } of cubes) {
    if (from !== null) expect(made.get(from)).toEqual(expect.arrayContaining([...dims]));
    made.set(name, dims);
  }
});

test('the lists of measures and dimensions are the columns of the tables', async () => {
  await using store = await aStore({ max: 1 });
  const columnsOf = async (table: string): Promise<string[]> => {
    const rows = await store.rows<{ name: string; type: string }>(
      `select column_name as name, data_type as type from information_schema.columns where table_name = $1`,
      [table],
    );
    return rows.map(({ name, type }) => `${name} ${type}`);
  };
  const ours = measures.map(({ name, type }) => `${name} ${type}`);
  const keys = ['team_id text', 'cube text', 'grain smallint', 'bucket timestamp with time zone', 'series_id uuid'];
  expect((await columnsOf('rollup')).sort()).toEqual([...keys, ...ours].sort());
  const dims = dimensions.map((name) => `${name} ${name === 'labels' ? 'jsonb' : 'text'}`);
  expect((await columnsOf('series')).sort()).toEqual(['team_id text', 'series_id uuid', 'cube text', ...dims].sort());
});
