import { expect, test } from 'vitest';
import { inexactArgument } from './exact-arguments.ts';

const calledWith = (...bytes: (string | Buffer)[]) => {
  const given = bytes.map((one) => Buffer.from(one));
  const command = given.map((one) => one.toString());
  const before = ['node', 'main.ts', 'run', '--'].map((one) => Buffer.from(one));
  const line = Buffer.concat([...before, ...given].flatMap((one) => [one, Buffer.alloc(1)]));
  return inexactArgument(command, () => line);
};

test('an argument that is no UTF-8 is found, whatever others hold', () => {
  expect(calledWith('rm', 'é', '\uFFFD', '')).toBe(null);
  expect(calledWith('rm', '', Buffer.from([0x61, 0xff]))).toBe(2);
  expect(calledWith(Buffer.from([0xc3]), 'a')).toBe(0);
});

test('where the system does not tell, nothing is found', () => {
  expect(inexactArgument(['a\uFFFD'], () => null)).toBe(null);
});
