import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { until } from '@telltale/testkit/until';
import manifest from '../../package.json' with { type: 'json' };
import type { KeeperClient } from '../keeper/client.ts';
import { keeperFolder } from '../keeper/keeper-folder.ts';
import { livingKeeper } from '../keeper/keeper-note.ts';
import { openKeeper } from '../keeper/open-keeper.ts';

export type TestKeeper = AsyncDisposable & {
  keeper: KeeperClient;
  dataDir: string;
  folder: string;
  keyFile: string;
  pid(): number | null;
  /** As an agent-runner does when it starts. */
  open(): Promise<KeeperClient>;
};

/** A real keeper, in a process of its own and a folder that is removed with it. It reports to `url`. */
export async function startTestKeeper(url: string, key = 'tt_test'): Promise<TestKeeper> {
  const dataDir = mkdtempSync(join(tmpdir(), 'telltale-keeper-test-'));
  const folder = keeperFolder(dataDir);
  const keyFile = join(dataDir, 'key');
  writeFileSync(keyFile, key);
  const open = (): Promise<KeeperClient> =>
    openKeeper({
      folder,
      config: {
        url,
        key_file: keyFile,
        spool_root: join(folder, 'spool'),
        sample_interval_ms: 500,
        version: manifest.version,
      },
      env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
      clock: systemClock,
      log: createLog({ service: 'test', level: 'silent' }),
    });
  const pid = (): number | null => livingKeeper(folder)?.pid ?? null;
  const keeper = await open();
  return {
    keeper,
    dataDir,
    folder,
    keyFile,
    pid,
    open,
    async [Symbol.asyncDispose]() {
      await keeper.shutdown('the end of the test', 200).catch(() => undefined);
      await until(() => pid() === null, { what: 'the end of the keeper' });
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
