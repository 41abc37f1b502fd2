import { keyShapes } from './key-shapes.ts';

/** A value that must not be told, and the name that stands for it. */
export type KnownSecret = { name: string; value: string };

export type Redaction = { text: string; count: number };

export type Redactor = {
  /** Replaces secrets by `‹redacted:name›`; `count` says how many there were. */
  redact(text: string): Redaction;
};

const anyHint = new RegExp(keyShapes.map(({ hint }) => `(?:${hint})`).join('|'), 'i');

/** Looks for the given values and for the known shapes of keys. Time grows with the length of the text only. */
export function createRedactor({ secrets }: { secrets: readonly KnownSecret[] }): Redactor {
  return {
    redact(input) {
      let text = input;
      let count = 0;
      for (const { name, value } of secrets) {
        if (!text.includes(value)) continue;
        const parts = text.split(value);
        count += parts.length - 1;
        text = parts.join(`‹redacted:${name}›`);
      }
      if (!anyHint.test(text)) return { text, count };
      for (const { name, pattern } of keyShapes) {
        text = text.replace(pattern, (...found: unknown[]) => {
          count += 1;
          const groups = found.at(-1);
          const keep: unknown = typeof groups === 'object' && groups !== null ? Reflect.get(groups, 'keep') : '';
          return `${typeof keep === 'string' ? keep : ''}‹redacted:${name}›`;
        });
      }
      return { text, count };
    },
  };
}
