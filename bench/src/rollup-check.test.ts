import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { checkRollups } from './rollup-check.ts';

test('a raw record that is in no rollup is a difference in every cube it belongs to', async () => {
  await using database = await createTestDatabase();
  expect(await checkRollups(database.url)).toEqual({ compared: 0, different: [] });
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(
      `insert into tool_call (at, batch_no, id, team_id, agent_id, tool_name, duration_ms, success)
       values (now(), 1, gen_random_uuid(), 'bench', 'agent-1', 'bash', 12.5, true)`,
    );
  } finally {
    await client.end();
  }
  const { compared, different } = await checkRollups(database.url);
  const cubes = new Set(different.map(({ cube }) => cube));
  expect([...cubes].toSorted()).toEqual([
    'host',
    'host_tool',
    'host_tool tool_ms',
    'place',
    'place_tool',
    'place_tool tool_ms',
    'project',
    'project_tool',
    'project_tool tool_ms',
    'team',
    'tool',
    'tool tool_ms',
    'unit',
    'unit_tool',
    'user',
    'user_tool',
    'user_tool tool_ms',
  ]);
  // Of a user, project or host by tool only days and all time are kept.
  expect(compared).toBe(cubes.size * 4 - 6 * 2);
});
