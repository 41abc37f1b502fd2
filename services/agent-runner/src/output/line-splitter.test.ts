import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLine } from './decode-line.ts';
import { createLineSplitter } from './line-splitter.ts';

function split(chunks: readonly Buffer[], keep = 64 * 1024) {
  const lines: { number: number; text: string; dropped: number }[] = [];
  const splitter = createLineSplitter({
    keep: () => keep,
    onLine: ({ number, bytes, droppedBytes }) =>
      lines.push({ number, text: bytes.toString('utf8'), dropped: droppedBytes }),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe('the line splitter', () => {
  test('gives the same lines however the bytes are cut', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '日', '😀', '\n', '\r\n', ' ', '\u0000'), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(8), { maxLength: 40 }), (parts, cuts) => {
        const whole = Buffer.from(parts.join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(whole.subarray(at, at + cut));
          at += cut;
        }
        chunks.push(whole.subarray(at));
        expect(split(chunks)).toEqual(split([whole]));
      }),
    );
  });

  test('a last line without an end is a line, an empty output has none', () => {
    expect(split([Buffer.from('a\nb')]).map(({ text }) => text)).toEqual(['a', 'b']);
    expect(split([Buffer.from('a\n')]).map(({ text }) => text)).toEqual(['a']);
    expect(split([])).toEqual([]);
    expect(split([Buffer.from('\n\n')]).map(({ text }) => text)).toEqual(['', '']);
  });

  test('keeps the head of a long line and counts the rest', () => {
    const chunks = Array.from({ length: 64 }, () => Buffer.alloc(1024 * 1024, 0x78));
    const [line, next] = split([...chunks, Buffer.from('\nshort\n')], 100);
    expect(line).toEqual({ number: 1, text: 'x'.repeat(100), dropped: 64 * 1024 * 1024 - 100 });
    expect(next).toEqual({ number: 2, text: 'short', dropped: 0 });
  });

  test('a character cut by the limit is left out, and NUL becomes a replacement', () => {
    expect(decodeLine(Buffer.from('aé日'), 4)).toBe('aé');
    expect(decodeLine(Buffer.from('aé日'), 6)).toBe('aé日');
    expect(decodeLine(Buffer.from('a\u0000b'), 10)).toBe('a\uFFFDb');
    expect(decodeLine(Buffer.from([0xff, 0x61]), 10)).toBe('\uFFFDa');
  });
});
