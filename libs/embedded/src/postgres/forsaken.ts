import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { processesIn } from '../process-table.ts';
import type { EmbeddedLog } from '../server.ts';

/** Removes what lies outside for data folders that are gone, or that name another place now. */
export function removeForsaken(outsideRoot: string, log: EmbeddedLog): void {
  if (!existsSync(outsideRoot)) return;
  for (const name of readdirSync(outsideRoot)) {
    const folder = join(outsideRoot, name);
    if (isNamedByItsDataFolder(folder) || processesIn(join(folder, 'pgdata'), 'postgres').length > 0) continue;
    rmSync(folder, { recursive: true, force: true });
    log.info(`removed ${folder}, whose data folder is gone`);
  }
}

function isNamedByItsDataFolder(folder: string): boolean {
  let dataDir: string;
  try {
    dataDir = readFileSync(join(folder, 'data-folder'), 'utf8');
  } catch {
    // Made a moment ago by another start that has not written the name yet: its own clean-up comes later.
    return true;
  }
  try {
    return readFileSync(join(dataDir, 'location'), 'utf8').trim() === folder;
  } catch {
    return false;
  }
}
