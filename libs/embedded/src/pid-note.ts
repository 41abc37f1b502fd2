import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { endProcess, type Rung } from './end-process.ts';
import { isRunning, markOf, type ProcessMark } from './process-table.ts';
import { type EmbeddedLog, EmbeddedError } from './server.ts';
import { waitUntil } from './wait-until.ts';

/** What a start leaves in the data folder for the next one: the server, and the process that started it. */
interface PidNote {
  server: ProcessMark;
  owner: ProcessMark;
}

const takenAfterMs = 15_000;

/** Writes down which server this process started. */
export function writePidNote(file: string, pid: number): void {
  const server = markOf(pid);
  const owner = markOf(process.pid);
  if (server && owner) writeFileSync(file, `${JSON.stringify({ server, owner } satisfies PidNote)}\n`, { mode: 0o600 });
}

/** Forgets the note of a server that has been stopped. */
export function removePidNote(file: string): void {
  rmSync(file, { force: true });
}

function isMark(value: unknown): value is ProcessMark {
  return (
    typeof value === 'object' && value !== null && 'pid' in value && 'started' in value && typeof value.pid === 'number'
  );
}

function readPidNote(file: string): PidNote | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof note !== 'object' || note === null || !('server' in note) || !('owner' in note)) return undefined;
    return isMark(note.server) && isMark(note.owner) ? { server: note.server, owner: note.owner } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes room: a server left behind by an owner that is gone is ended by the ladder; one whose owner lives is given
 * 15 s to go, because its owner may just be stopping. Throws `folder_taken` when it stays.
 */
export async function clearPredecessor(options: {
  noteFile: string;
  what: string;
  folder: string;
  ladder: readonly Rung[];
  log: EmbeddedLog;
}): Promise<void> {
  const note = readPidNote(options.noteFile);
  if (!note || !isRunning(note.server)) return;
  const ownerLives = () => isRunning(note.owner);
  if (ownerLives()) {
    options.log.info(
      `${options.what} of process ${note.owner.pid} still runs in ${options.folder}, waiting for it to stop`,
    );
    const patience = note.owner.pid === process.pid ? 0 : takenAfterMs;
    await waitUntil(() => !isRunning(note.server) || !ownerLives(), patience);
  }
  if (!isRunning(note.server)) return;
  if (ownerLives()) {
    throw new EmbeddedError(
      'folder_taken',
      `${options.folder} is in use by process ${note.owner.pid}; stop that one, or choose another folder with --data-dir.`,
    );
  }
  options.log.info(`stopping ${options.what} (pid ${note.server.pid}) that an earlier start left behind`);
  if (await endProcess(note.server, options.ladder)) return;
  throw new EmbeddedError(
    'folder_taken',
    `${options.what} (pid ${note.server.pid}) holds ${options.folder} and does not stop; end it by hand.`,
  );
}
