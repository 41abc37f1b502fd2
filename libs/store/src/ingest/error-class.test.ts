import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { classifyStoreError } from './error-class.ts';

const failure = (code: string): Error => {
  const error = new DatabaseError('refused', 1, 'error');
  error.code = code;
  error.severity = 'ERROR';
  return error;
};

test.each([
  ['retry', ['08000', '08003', '08006', '08P01', '25006', '25P02', '26000', '40001', '40P01', '40003', '53100']],
  ['retry', ['53200', '53300', '55P03', '55006', '57014', '57P01', '57P02', '57P03', '58030', '58P01']],
  [
    'poison',
    ['22001', '22003', '22007', '22008', '22021', '22P02', '22P05', '23502', '23505', '23514', '54000', '54001'],
  ],
  ['stop', ['0A000', '28000', '28P01', '3D000', '3F000', '42501', '42703', '42P01', 'XX000', 'XX001', '99999']],
] as const)('%s: %j', (expected, codes) => {
  for (const code of codes) expect([code, classifyStoreError(failure(code))]).toEqual([code, expected]);
});

test('an error of the connection, which has no SQLSTATE, is worth a retry', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const pipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  for (const error of [refused, pipe, new Error('Connection terminated unexpectedly'), 'odd', null]) {
    expect(classifyStoreError(error)).toBe('retry');
  }
});
