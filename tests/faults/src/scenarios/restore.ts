import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { restoreBackup, writeBackup } from '@telltale/store/backup';
import { until } from '@telltale/testkit/until';
import type { Scenario } from '../frame/scenario.ts';
import { readCounts } from '../frame/settle.ts';

/** The store goes back in time; the spools of recorders and of the gateway bring it forward again. */
export const oldBackupRestored: Scenario = {
  name: 'old-backup-restored',
  what: 'a backup taken in the middle of the load is restored after its end; spools and relay refill what came after',
  async play(play) {
    const loads = [
      await play.recorder({ via: 'stream', rate: 1_000 }),
      await play.recorder({ via: 'http', rate: 500 }),
    ];
    const client = play.client({ records: 100_000, rate: 500 });
    await play.pause(5_000);
    const file = join(play.folder, 'backup');
    await writeBackup({ url: play.databaseUrl, sink: createWriteStream(file) });
    await play.pause(5_000);
    for (const load of loads) load.finish();
    client.finish();
    await Promise.all([...loads.map(({ done }) => done), client.done]);
    await play.drain();
    const all = (await readCounts(play.databaseUrl)).done;
    for (const name of play.services) await play.processes.end(name, 'SIGTERM');
    await restoreBackup({ url: play.databaseUrl, file, replace: true });
    play.hit('older backup restored');
    await Promise.all(play.services.map((name) => play.processes.start(name)));
    await play.recovered();
    // Spools learn of the restore when they ask next; until then they take everything for stored.
    const refilled = async (): Promise<boolean> => (await readCounts(play.databaseUrl)).done >= all;
    await until(refilled, { timeoutMs: 60_000 * play.patience, everyMs: 250, what: 'what came after the backup' });
  },
};
