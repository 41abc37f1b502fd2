/** What some editors put before the first character of a file; it stays the first. */
const mark = '\ufeff';

export const withoutMark = (text: string): string => (text.startsWith(mark) ? text.slice(mark.length) : text);

/** `text` with the mark that `before` had. */
export const withMarkOf = (before: string, text: string): string => (before.startsWith(mark) ? `${mark}${text}` : text);
