import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { openOwnTrace } from './own-trace.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-own-trace-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
const line = '{"event":"version","sid":"20261122-a/b-1"}\n';

test('a file is added to, and in a folder each process has one of its own', () => {
  const folder = aFolder();
  for (const target of [join(folder, 'file'), folder]) {
    const writer = openOwnTrace(target)?.();
    writer?.push(Buffer.from(line.slice(0, 9)));
    writer?.push(Buffer.from(line.slice(9)));
    writer?.end();
  }
  expect(readdirSync(folder).toSorted()).toEqual(['b-1', 'file']);
  expect(readFileSync(join(folder, 'b-1'), 'utf8')).toBe(line);
});

test('a socket hears it and may keep its side open', async () => {
  const path = join(aFolder(), 'socket');
  let heard = '';
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (chunk) => (heard += chunk.toString()));
    onTestFinished(() => void socket.destroy());
  });
  await new Promise<void>((ready) => server.listen(path, ready));
  onTestFinished(() => void server.close());
  const writer = openOwnTrace(`af_unix:stream:${path}`)?.();
  writer?.push(Buffer.from(line));
  writer?.end();
  await until(() => heard === line);
});

test('a pipe, a device and a path that nobody can look at are left to git', () => {
  const folder = aFolder();
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const targets = [join(folder, 'pipe'), '/dev/null', `/${'x'.repeat(5_000)}`, '2', 'af_unix:dgram:/tmp/x'];
  expect(targets.map((target) => openOwnTrace(target))).toEqual(targets.map(() => null));
});
