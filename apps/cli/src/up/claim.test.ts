import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '@telltale/testkit/until';
import { instanceFile } from '../instance/instance-file.ts';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-claim-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function claimer() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'claim.fixture.ts'), folder]);
  children.push(child);
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return { out: () => out, go: () => child.stdin.write('go\n') };
}

/** Of a process that ended long ago: its pid may be another's by now, its start time is not. */
const dead = {
  url: 'http://127.0.0.1:1',
  up: { pid: 1, started: '0' },
  services: {},
  state: 'running',
  started_at: '',
};

test.each([
  ['in an empty folder', null],
  ['after a predecessor that was killed', JSON.stringify(dead)],
  ['where a file says nothing', '{'],
])(
  'of several that start at the same instant %s exactly one has it, and the others wait for it',
  async (_what, left) => {
    if (left !== null) writeFileSync(instanceFile(folder), left);
    const all = Array.from({ length: 4 }, claimer);
    await until(() => all.every(({ out }) => out().includes('ready')));
    for (const { go } of all) go();
    await until(() => all.every(({ out }) => /claimed|waits/.test(out())));
    expect(all.filter(({ out }) => out().includes('claimed'))).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['instance.json']);
  },
);
