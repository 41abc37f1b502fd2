import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { markOf, type ProcessMark } from '@telltale/embedded/process-table';
import { killServices } from './kill-services.ts';

let children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
});

async function start(): Promise<{ child: ChildProcess; mark: ProcessMark }> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  children.push(child);
  await once(child, 'spawn');
  const mark = markOf(child.pid ?? 0);
  if (!mark) throw new Error('sleep did not start');
  return { child, mark };
}

test('one that has ended keeps nobody from ending the next', async () => {
  const [ended, living] = [await start(), await start()];
  const exits = [once(ended.child, 'exit'), once(living.child, 'exit')];
  ended.child.kill('SIGKILL');
  await exits[0];
  killServices([ended.mark, living.mark]);
  expect(await exits[1]).toEqual([null, 'SIGKILL']);
});

test('whoever has got the pid of an ended one since then is left alone', async () => {
  const [stranger, living] = [await start(), await start()];
  const exit = once(living.child, 'exit');
  killServices([{ ...stranger.mark, started: '1' }, living.mark]);
  await exit;
  expect(markOf(stranger.mark.pid)).toEqual(stranger.mark);
});
