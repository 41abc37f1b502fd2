import { expect, test } from 'vitest';
import { bearerToken } from './bearer-token.ts';

test.each(['Bearer tt_key', 'bearer  tt_key ', 'Bearer%20tt_key'])('%s carries a key', (header) => {
  expect(bearerToken(header)).toBe('tt_key');
});

test.each([undefined, '', 'tt_key', 'Basic tt_key', 'Bearer', 'Bearer%20', 'Bearertt_key', 'Bearer a b'])(
  '%s carries none',
  (header) => {
    expect(() => bearerToken(header)).toThrow('Bearer <key>');
  },
);
