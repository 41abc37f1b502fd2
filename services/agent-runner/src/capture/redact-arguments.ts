import { secretFlag } from '@telltale/sdk/capture/key-shapes';
import type { Redactor } from '@telltale/sdk/capture/redactor';

const flagAlone = new RegExp(`^${secretFlag}$`, 'i');
const flagWithValue = new RegExp(`^(${secretFlag}=)[^]+$`, 'i');
const mark = '‹redacted:secret_flag›';

/**
 * A command line without its secrets, and how many they were. Each argument is looked at by itself, before anything
 * quotes it: here its bounds are known, so that the value of a secret option goes whole, whatever characters it holds.
 */
export function redactArguments(argv: readonly string[], redactor: Redactor): { argv: string[]; count: number } {
  let count = 0;
  const redacted = argv.map((argument, at) => {
    if (argument !== '' && flagAlone.test(argv[at - 1] ?? '')) {
      count += 1;
      return mark;
    }
    const flag = flagWithValue.exec(argument)?.[1];
    if (flag !== undefined) {
      count += 1;
      return `${flag}${mark}`;
    }
    const result = redactor.redact(argument);
    count += result.count;
    return result.text;
  });
  return { argv: redacted, count };
}
