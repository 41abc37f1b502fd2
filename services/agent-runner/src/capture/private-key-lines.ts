const begin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const end = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
/** A key that never ends (a cut file) must not hide the rest of an output. */
const mostLines = 400;

/**
 * A private key is printed over many lines, and only the first and last show what it is. Tells for each line of one
 * stream, in order, whether it belongs to the body of a key.
 */
export function createPrivateKeyLines(): (line: string) => boolean {
  let left = 0;
  return (line) => {
    if (left === 0) {
      if (line.includes('PRIVATE KEY') && begin.test(line) && !end.test(line)) left = mostLines;
      return false;
    }
    left -= 1;
    if (line.includes('PRIVATE KEY') && end.test(line)) left = 0;
    return true;
  };
}
