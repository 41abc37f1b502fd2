import { expect, test } from 'vitest';
import { levelOfJson, levelOfText } from './detect-level.ts';
import { stripAnsi } from './strip-ansi.ts';

test.each([
  ['ERROR: no such table', 'error'],
  ['Error: boom', 'error'],
  ['[error] boom', 'error'],
  ['  FATAL  out of memory', 'error'],
  ['panic: runtime error', 'error'],
  ['2026-11-21 12:00:00 WARN slow', 'warning'],
  ['2026-11-21T12:00:00.123Z [WARNING] slow', 'warning'],
  ['[12:00:00] warning - slow', 'warning'],
  ['(warn) slow', 'warning'],
  ['level=debug msg=x', 'debug'],
  ['time=2026-11-21 level=debug', 'info'],
  ['DEBUG x', 'debug'],
  ['INFO all is well', 'info'],
  ['Errors found: 0', 'info'],
  ['error-prone code', 'info'],
  ['no error here', 'info'],
  ['warnings.py was read', 'info'],
  ['', 'info'],
  ['12 errors', 'info'],
])('%s is %s', (line, level) => {
  expect(levelOfText(line)).toBe(level);
});

test('colours do not hide a level', () => {
  expect(levelOfText(stripAnsi('\u001b[1;31mERROR\u001b[0m boom'))).toBe('error');
  expect(stripAnsi('\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007')).toBe('link');
});

test('a JSON line names its level by word or number', () => {
  expect(levelOfJson({ level: 'warn' })).toBe('warning');
  expect(levelOfJson({ severity: 'ERROR' })).toBe('error');
  expect(levelOfJson({ level: 50 })).toBe('error');
  expect(levelOfJson({ level: 20 })).toBe('debug');
  expect(levelOfJson({ msg: 'error' })).toBe('info');
});
