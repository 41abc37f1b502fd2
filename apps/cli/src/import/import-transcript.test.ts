import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { systemClock } from '@telltale/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import { importTranscript } from './import-transcript.ts';
import type { TranscriptKind } from './read/transcript.ts';

test('a key that is not taken ends the import at once, and an address where nobody answers after some tries', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-import-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'one.jsonl');
  writeFileSync(path, '{}\n');
  const call = { kind: 'llm_call', model: 'm', status: 'ok', origin: 'transcript' } as const;
  const kind: TranscriptKind = {
    agent: 'any',
    name: 'gemini',
    read: () => ({ take: () => ({ line: 'one', records: [call] }), session: () => 's' }),
  };
  const triesUntil = async (code: string): Promise<{ tries: number; said: string }> => {
    let tries = 0;
    const answer = { outcome: 'retry', code, detail: `of ${code}`, retry_after_ms: null, maybe_taken: false } as const;
    const transport = {
      async send() {
        tries += 1;
        return answer;
      },
      inquire: async () => null,
      close: async () => undefined,
    };
    const clock = { ...systemClock, sleep: async () => undefined };
    const options = { transport, clock, signal: new AbortController().signal, agent: undefined, dryRun: false };
    const said = await importTranscript(
      { kind, path, file: 'one' },
      { ...options, redact: (text) => text, isTold: async () => false },
    ).then(String, String);
    return { tries, said };
  };
  expect(await triesUntil('unauthenticated')).toMatchObject({
    tries: 1,
    said: expect.stringContaining('of unauthenticated'),
  });
  expect(await triesUntil('forbidden')).toMatchObject({ tries: 1 });
  expect(await triesUntil('unreachable')).toMatchObject({ tries: 8, said: expect.stringContaining('does not answer') });
  expect(await triesUntil('overloaded')).toMatchObject({ tries: 60 });
});

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
