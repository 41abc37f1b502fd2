import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { systemClock } from '@telltale/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import { importTranscript } from './import-transcript.ts';
import type { TranscriptKind } from './read/transcript.ts';

test('what stands beside a transcript is read where a client writes it, and no transcript is read as that', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const read: unknown[] = [];
  const kind: TranscriptKind = {
    agent: 'any',
    name: 'gemini',
    read({ about }) {
      read.push(about);
      return { take: () => null, session: () => undefined };
    },
  };
  const transcripts: Record<string, string | Buffer> = {
    'one.jsonl': '{}\n',
    'two.json': '{"messages":[]}',
    'three.jsonl.zst': zstdCompressSync('{}\n'),
  };
  writeFileSync(join(folder, 'one.meta.json'), '{"agentType":"tester"}');
  for (const [name, bytes] of Object.entries(transcripts)) {
    writeFileSync(join(folder, name), bytes);
    await importTranscript(
      { kind, path: join(folder, name), file: name },
      {
        transport: {
          send: async () => ({ outcome: 'refused', code: 'invalid_request', detail: 'unused' }),
          inquire: async () => null,
          close: async () => undefined,
        },
        clock: systemClock,
        signal: AbortSignal.timeout(60_000),
        agent: undefined,
        redact: (text) => text,
        isTold: async () => false,
        dryRun: true,
      },
    );
  }
  expect(read).toEqual([{ agentType: 'tester' }, undefined, undefined]);
});
