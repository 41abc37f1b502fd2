import { refusal, startScriptedGateway } from '@telltale/sdk/test-support/scripted-gateway';
import { expect, test } from 'vitest';
import type { Context } from '../context.ts';
import { pageOf } from '../terminal/page.ts';
import { stopRuns } from './command-run.ts';

const command = (run_id: string, more: object = {}) => ({
  command_id: crypto.randomUUID(),
  run_id,
  action: 'stop',
  actor: 'user:ada',
  requested_at: new Date().toISOString(),
  ...more,
});

/** `runs stop` against a gateway that answers a stop with these commands and has no other run that goes on. */
async function stop(id: string | undefined, commands: object[], flags: object = {}) {
  await using gateway = await startScriptedGateway();
  const asked: string[] = [];
  gateway.answerOther = ({ method, path }) => {
    asked.push(`${method} ${path}`);
    return method === 'POST' ? { status: 202, body: { commands } } : refusal('unavailable');
  };
  const said: string[] = [];
  const out: string[] = [];
  const context: Context = {
    env: { TELLTALE_URL: gateway.url, TELLTALE_API_KEY: 'tt_red_secret' },
    page: () => pageOf({}, {}),
    out: (text) => void out.push(text),
    say: (line) => void said.push(line),
    exitCode: 0,
  };
  await stopRuns(id, flags, context);
  return { asked, said, out, exitCode: context.exitCode };
}

test('a run that is only watched is not waited for, and nobody is told that it stopped', async () => {
  const { asked, said, exitCode } = await stop('r-1', [command('r-1', { only_watched: true })]);
  expect([asked, exitCode]).toEqual([['POST /api/v1/runs/r-1/stop'], 1]);
  expect(said).toEqual([expect.stringMatching(/^run r-1 goes on: somebody else started it and it is only watched/)]);
});

test('among many it is counted apart, and the others stop', async () => {
  const agent = { agent: 'builder', yes: true };
  const watched = command('r-2', { only_watched: true });
  expect(await stop(undefined, [watched], agent)).toMatchObject({
    said: [expect.stringMatching(/^run r-2/)],
    exitCode: 0,
  });
  const { out } = await stop(undefined, [watched], { ...agent, json: true });
  expect(JSON.parse(out.join(''))).toMatchObject({ left: [], only_watched: ['r-2'] });
  expect(await stop(undefined, [], agent)).toMatchObject({ said: ['nothing was running'], exitCode: 0 });
});
