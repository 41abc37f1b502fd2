import { expect, test } from 'vitest';
import { matchText } from './text-patterns.ts';

test.each([
  ['Creating branch: feat/x', { type: 'git', operation: 'branch_create', branch: 'feat/x' }],
  ['Switched to branch: main', { type: 'git', operation: 'checkout', branch: 'main' }],
  ['Committed 3 files', { type: 'git', operation: 'commit', files: 3 }],
  ['Committed 1 file', { type: 'git', operation: 'commit', files: 1 }],
  ['Committed changes: 12 files to main', { type: 'git', operation: 'commit', files: 12 }],
  ['Committed changes: 1 file', { type: 'git', operation: 'commit', files: 1 }],
  ['Token usage: 1200 input, 34 output', { type: 'usage', inputTokens: 1_200, outputTokens: 34 }],
  ['Token usage: 1,200 input, 34 output tokens', { type: 'usage', inputTokens: 1_200, outputTokens: 34 }],
])('%s', (line, expected) => {
  expect(matchText(line)).toEqual(expected);
});

test.each([
  ' Creating branch: x',
  'Committed files',
  'Token usage: many',
  'Token usage: 1 input',
  'Now: Committed 3 files',
])('%s is no match', (line) => {
  expect(matchText(line)).toBeNull();
});
