import { createHash } from 'node:crypto';
import { BackupError } from './backup-error.ts';
import { manifest, newerFormat, readFrames, tableEnd, tableHead, type Manifest } from './backup-format.ts';

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
      const said = parse(payload);
      found = manifest.safeParse(said).data;
      if (found !== undefined) continue;
      // A byte that changed makes nonsense of it, a newer Telltale says so itself.
      if (!newerFormat.safeParse(said).success) throw damaged();
      throw new BackupError(`${file}: its format is newer than this Telltale; upgrade Telltale here.`);
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
