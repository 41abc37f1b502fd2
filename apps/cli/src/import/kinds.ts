import { join } from 'node:path';
import { readClaude } from './read/claude.ts';
import { readCodex } from '@telltale/agent-runner/transcripts/read-codex';
import { readGemini } from './read/gemini.ts';
import type { TranscriptKind } from './read/transcript.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where each client keeps its transcripts, and what they are called there. */
export type Source = { kind: TranscriptKind; folder: string; files: RegExp };

export function sourcesOf(env: Environment): Source[] {
  const home = env['HOME'] ?? '/';
  return [
    {
      kind: { name: 'claude', agent: 'claude-code', read: readClaude },
      folder: join(env['CLAUDE_CONFIG_DIR'] ?? join(home, '.claude'), 'projects'),
      files: /\.jsonl$/,
    },
    {
      kind: { name: 'codex', agent: 'codex', read: readCodex },
      folder: join(env['CODEX_HOME'] ?? join(home, '.codex'), 'sessions'),
      files: /^rollout-.*\.jsonl(?:\.zst)?$/,
    },
    {
      kind: { name: 'gemini', agent: 'gemini-cli', read: readGemini },
      folder: join(home, '.gemini/tmp'),
      files: /^session-.*\.jsonl?$/,
    },
  ];
}
