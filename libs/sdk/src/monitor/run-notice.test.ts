import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRunNotices } from './run-notice.ts';

test('a program hears each notice of its run once, and is known to listen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'notices-'));
  const file = join(folder, 'notice');
  const notices = createRunNotices({ TELLTALE_NOTICE_FILE: file });
  expect(existsSync(`${file}.heard`)).toBe(true);
  expect(notices.read()).toBeNull();
  writeFileSync(file, 'This run has used most of what it may: tokens 91%.');
  expect(notices.read()).toEqual({ text: expect.stringContaining('91%'), handBack: null });
  expect(notices.read()).toBeNull();
  writeFileSync(file, 'Hand back now. (hand-back-12ab34cd)');
  expect(notices.read()?.handBack).toBe('hand-back-12ab34cd');
  rmSync(folder, { recursive: true });
  expect(notices.read()).toBeNull();
});

test('outside of a run there is nothing to hear', () => {
  expect(createRunNotices({}).read()).toBeNull();
  expect(createRunNotices({ TELLTALE_NOTICE_FILE: '/nowhere/notice' }).read()).toBeNull();
});
