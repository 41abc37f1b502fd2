/**
 * Escape sequences of terminals: colours and styles (`…m`, codes in the first group, letter in the second), what moves a
 * cursor or names a window, and control characters.
 */
export const escapeSequence =
  // oxlint-disable-next-line no-control-regex
  /\x1b\[([\d;:?]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78DMEHc]|[\x00-\x08\x0b-\x1f\x7f]/g;

/** Of a line that was written over (`\r`) what stood there last. */
export const lastState = (line: string): string => line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1);

/** A line that was printed for a terminal, as text alone. */
export const plainText = (line: string): string => lastState(line).replaceAll(escapeSequence, '');
