import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Draft } from '@telltale/otlp/read/draft';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, onTestFinished, test } from 'vitest';
import { claudeTotals, claudeTranscript } from '../transcripts/claude-totals.ts';
import { createBrokenAnswers } from './broken-answers.ts';

const begun = Date.parse('2026-03-01T12:00:00Z');
/** Each of so many answers reads 12 fresh tokens and 18,000 of the cache, and writes 1,500 and 500 to it. */
const state = (answers: number, startTime = begun + 1) => ({
  type: 'cost-state',
  startTime,
  modelUsage: {
    'claude-sonnet-5': {
      inputTokens: 12 * answers,
      outputTokens: 47 * answers,
      cacheReadInputTokens: 18_000 * answers,
      cacheCreationInputTokens: 2_000 * answers,
      cacheCreationEphemeral5mInputTokens: 1_500 * answers,
      cacheCreationEphemeral1hInputTokens: 500 * answers,
    },
  },
});
const said = (seconds: number) => ({ type: 'user', timestamp: new Date(begun + seconds * 1_000).toISOString() });

function aConversation(lines: readonly object[]) {
  const home = mkdtempSync(join(tmpdir(), 'telltale-broken-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const folder = join(home, '.claude/projects/-work');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 's-1.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"type":"cut o`);
  return (session: string) => {
    const path = claudeTranscript(session, { HOME: home });
    return path === null ? Promise.resolve(null) : claudeTotals(path, begun);
  };
}

const base = {
  at: '2026-03-01T12:00:02.000Z',
  agent_id: 'claude',
  session_id: 's-1',
  model: 'claude-sonnet-5',
  kind: 'llm_call',
  origin: 'otlp',
} as const;
const whole: Draft = {
  ...base,
  status: 'ok',
  input_tokens: 20_012,
  output_tokens: 42,
  cache_read_tokens: 18_000,
  cache_write_5m_tokens: 1_500,
  cache_write_1h_tokens: 500,
};
const attempt = {
  ...base,
  status: 'error',
  message_id: 'attempt:1',
  attributes: { signal: 'attempt', retried: true },
} as const;

type Options = { answers?: number; session?: string; printed?: RecordDraft };

async function restOf(lines: readonly object[], { answers = 1, session = 's-1', printed }: Options = {}) {
  const broken = createBrokenAnswers({ totalsOf: aConversation(lines) });
  if (printed !== undefined) broken.passed(printed);
  broken.asked({ ...attempt, session_id: session });
  for (let n = 0; n < answers; n += 1) broken.reported({ ...whole, session_id: session });
  // Under a session of the run's own.
  broken.passed({ ...attempt, session_id: 'of the run' });
  return broken.rest();
}

test('what an answer that broke off had read is what the conversation took in all, less the whole answers; what it wrote is unknown', async () => {
  const found = await restOf([said(1), state(2)]);
  expect(found).toEqual([
    {
      ...attempt,
      session_id: 'of the run',
      input_tokens: 20_012,
      cache_read_tokens: 18_000,
      cache_write_5m_tokens: 1_500,
      cache_write_1h_tokens: 500,
      attributes: { ...attempt.attributes, usage_incomplete: true },
    },
  ]);
});

test('where the conversation prints what was made again, what that took is told by what it prints', async () => {
  const { session_id: _session, ...rest } = attempt;
  const printed = (session: string) =>
    ({ ...rest, origin: 'stdout', attributes: { retried: true, client_session_id: session } }) as const;
  expect(await restOf([said(1), state(2)], { printed: printed('s-1') })).toEqual([]);
  expect(await restOf([said(1), state(2)], { printed: printed('s-2') })).toHaveLength(1);
});

test('a conversation that was taken up again took what was added to it', async () => {
  expect(await restOf([said(-90), state(5, begun - 90_000), said(1), state(7)])).toMatchObject([
    { input_tokens: 20_012 },
  ]);
});

test('nothing is made up: of a refusal, of totals that another conversation began, of one that is not written down, or of more than the totals', async () => {
  expect(await restOf([said(1), state(1)])).toEqual([]);
  expect(await restOf([said(1), state(7, begun - 90_000)])).toEqual([]);
  expect(await restOf([said(1)])).toEqual([]);
  expect(await restOf([said(-90), state(2)])).toEqual([]);
  expect(await restOf([said(1), state(2)], { session: 'other' })).toEqual([]);
  expect(await restOf([said(1), state(2)], { session: '../s-1' })).toEqual([]);
  expect(await restOf([said(1), state(2)], { answers: 3 })).toEqual([]);
});
