import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('start-replica.sh', import.meta.url));

/** Says where it lives and lives until its input ends. */
async function startReplica(home: string) {
  const child = spawn('sh', [script, 'sh', '-c', 'echo "$TELLTALE_DATA_DIR $XDG_STATE_HOME $TELLTALE_CREWS"; cat'], {
    env: { PATH: process.env['PATH'], TELLTALE_DATA_DIR: home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    folders: line.toString().trim().split(' '),
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

test('each replica on one volume has a data folder of its own, and the next one goes on in the one that was left', async () => {
  const home = mkdtempSync(join(tmpdir(), 'telltale-replica-'));
  writeFileSync(join(home, 'crews.yaml'), '');
  const crews = join(home, 'crews.yaml');
  const first = await startReplica(home);
  const second = await startReplica(home);
  const own = join(home, 'replica-2');
  expect(first.folders).toEqual([home, join(home, 'state'), crews]);
  expect(second.folders).toEqual([own, join(own, 'state'), crews]);
  await first.end();
  const again = await startReplica(home);
  expect(again.folders[0]).toBe(home);
  await again.end();
  await second.end();
  rmSync(home, { recursive: true });
});
