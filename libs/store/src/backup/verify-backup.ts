import { createHash } from 'node:crypto';
import { BackupError } from './backup-error.ts';
import { manifest, readFrames, tableEnd, tableHead, type Manifest } from './backup-format.ts';

/** Reads a backup from end to end and compares every table with its sum. Throws BackupError when anything is off. */
export async function verifyBackup(file: string): Promise<Manifest> {
  const damaged = (): BackupError => new BackupError(`${file} is damaged or not complete; take another backup.`);
  const ends: Manifest['tables'] = [];
  let hash = createHash('sha256');
  let found: Manifest | undefined;
  for await (const { type, payload } of readFrames(file)) {
    if (found !== undefined) throw damaged();
    if (type === 'data') hash.update(payload);
    else if (type === 'table') {
      if (!tableHead.safeParse(parse(payload)).success) throw damaged();
      hash = createHash('sha256');
    } else if (type === 'end') {
      const end = tableEnd.safeParse(parse(payload)).data;
      if (end?.sha256 !== hash.digest('hex')) throw damaged();
      ends.push(end);
    } else {
      found = manifest.safeParse(parse(payload)).data;
      if (found === undefined) throw new BackupError(`${file}: its manifest is not understood; upgrade Telltale here.`);
    }
  }
  if (found === undefined || JSON.stringify(found.tables) !== JSON.stringify(ends)) throw damaged();
  return found;
}

/** What is no JSON does not fit any of the schemas either. */
function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
}
