import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { attachSpec, runSpec } from './protocol.ts';

/** What the next keeper must know of a run whose keeper was killed. */
export const runNote = z.object({
  run_id: z.string(),
  team_id: z.string(),
  identity: runSpec.shape.identity,
  pid: z.int(),
  /** Clock ticks since boot, as /proc has it; null where there is none. */
  start_time: z.string().nullable(),
  started_at: z.string(),
  keep_orphans: z.boolean(),
  /** Its program leads a session and a group of its own; one in a terminal does not. */
  own_session: z.boolean().default(true),
  /** It was started by somebody else: it is watched again as it was. */
  attached: attachSpec.nullable(),
});
export type RunNote = z.output<typeof runNote>;

const folderOf = (folder: string): string => join(folder, 'runs');
const fileOf = (folder: string, runId: string): string => join(folderOf(folder), `${encodeURIComponent(runId)}.json`);

export function writeRunNote(folder: string, note: RunNote): void {
  mkdirSync(folderOf(folder), { recursive: true, mode: 0o700 });
  const file = fileOf(folder, note.run_id);
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export const removeRunNote = (folder: string, runId: string): void => rmSync(fileOf(folder, runId), { force: true });

/** Of runs whose end nobody told. */
export function readRunNotes(folder: string): RunNote[] {
  let names: string[];
  try {
    names = readdirSync(folderOf(folder));
  } catch {
    // No run was ever noted here.
    return [];
  }
  return names.flatMap((name) => {
    if (!name.endsWith('.json')) return [];
    try {
      return [runNote.parse(JSON.parse(readFileSync(join(folderOf(folder), name), 'utf8')))];
    } catch {
      // It says nothing that could be acted on.
      return [];
    }
  });
}
