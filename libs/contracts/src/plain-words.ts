import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  datetime: 'a time such as 2026-11-21T12:00:00.000Z',
  date: 'a date such as 2026-11-21',
  url: 'a URL',
  safeint: 'a whole number',
};

/** What there is too much or too little of, by what is counted. */
const counted = (origin: string): string | null =>
  origin === 'string' ? 'characters' : origin === 'array' || origin === 'set' ? 'entries' : null;

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): string {
  const what = counted(origin);
  if (what === null) return inclusive === false ? `is not above ${minimum}` : `is below ${minimum}`;
  return Number(minimum) === 1 ? 'is empty' : `has fewer than ${minimum} ${what}`;
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig>): string {
  const what = counted(origin);
  if (what === null) return inclusive === false ? `is not below ${maximum}` : `is above ${maximum}`;
  return `has more than ${maximum} ${what}`;
}

/**
 * What is wrong with a value, to be read after the name of its field: zod's own words are for whoever wrote the schema.
 * For `safeParse(value, { error: plainWords })`; what a schema says itself goes before it.
 */
export const plainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is needed' : `is not ${kinds[issue.expected] ?? `a ${issue.expected}`}`;
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return tooBig(issue);
    case 'invalid_value':
      return `${issue.input === undefined ? 'is needed:' : 'is not'} ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'regex'
        ? `does not match ${issue.pattern ?? 'its pattern'}`
        : `is not ${formats[issue.format] ?? `a valid ${issue.format}`}`;
    case 'not_multiple_of':
      return `is not a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return 'has none of the shapes that are taken here';
    case 'unrecognized_keys':
      return `has fields that are not known here: ${issue.keys.join(', ')}`;
    default:
      return undefined;
  }
};
