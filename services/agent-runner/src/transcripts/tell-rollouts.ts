import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { isJson, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Environment } from '../run/child-environment.ts';
import { readCodex } from './read-codex.ts';
import type { SessionClaims } from './session-claims.ts';

/** More than a run's conversations come to. */
const mostFiles = 1_000;
/** Clocks of a file system are coarse. */
const coarseMs = 2_000;

const parse = (line: string): Json | null => {
  try {
    const value: unknown = JSON.parse(line);
    return isJson(value) ? value : null;
  } catch {
    // The last line of one that was killed.
    return null;
  }
};

/** The rollouts that were written since, oldest name first. */
async function writtenSince(folder: string, since: number): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const rollouts = entries.filter((entry) => entry.isFile() && /^rollout-.*\.jsonl$/.test(entry.name));
  const found: string[] = [];
  for (const entry of rollouts) {
    const path = join(entry.parentPath, entry.name);
    const at = await stat(path).catch(() => null);
    if (at !== null && at.mtimeMs >= since - coarseMs) found.push(path);
  }
  return found.sort().slice(-mostFiles);
}

const isWithin = (folder: string, path: string): boolean =>
  path === folder || !/^(?:\.\.(?:\/|$)|\/)/.test(relative(folder, path));

/**
 * Tells what Codex wrote down of conversations that went on during a run whose program started it in a way that does not make
 * it report: those in a folder of the run, or in one that its command names, unless telemetry or another run tells of them.
 */
export async function tellRollouts({
  since,
  cwd,
  texts,
  env,
  isTold,
  claims,
  redact,
  emit,
}: {
  /** When the run began, epoch ms. */
  since: number;
  cwd: string;
  /** What the command says. */
  texts: readonly string[];
  env: Environment;
  isTold: (session: string) => boolean;
  claims: SessionClaims;
  redact: (text: string) => string;
  emit: (record: RecordDraft) => void;
}): Promise<void> {
  const home = env['CODEX_HOME'] ?? join(env['HOME'] ?? '/', '.codex');
  const isOfRun = (folder: string): boolean =>
    isWithin(cwd, folder) || (folder.length > 1 && texts.some((text) => text.includes(folder)));

  for (const path of await writtenSince(join(home, 'sessions'), since)) {
    const reader = readCodex({ redact });
    let from: number | null | undefined;
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
    for await (const text of lines) {
      const line = parse(text);
      if (line === null) continue;
      const entry = reader.take(line);
      if (from === undefined) {
        const session = reader.session();
        if (session === undefined) continue;
        const folder = textOf(objectOf(line, 'payload'), 'cwd') ?? '';
        from = isOfRun(folder) && !isTold(session) ? claims.take(session) : null;
      }
      if (from === null) break;
      const at = Date.parse(textOf(line, 'timestamp') ?? '');
      if (entry !== null && at >= Math.max(since, from)) entry.records.forEach(emit);
    }
    lines.close();
  }
}
