import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Source } from './kinds.ts';
import type { TranscriptKind } from './read/transcript.ts';

export type Transcript = { kind: TranscriptKind; path: string; file: string };

/** All transcripts below the folders of the clients, in a fixed order. A client that was never used has no folder. */
export async function findTranscripts(sources: readonly Source[]): Promise<Transcript[]> {
  const found: Transcript[] = [];
  for (const { kind, folder, files } of sources) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !files.test(entry.name)) continue;
      if (kind.name === 'gemini' && basename(entry.parentPath) !== 'chats') continue;
      found.push({
        kind,
        path: join(entry.parentPath, entry.name),
        file: entry.name.replace(/\.jsonl?(?:\.zst)?$/, ''),
      });
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
