import { escapeSequence, lastState } from '@telltale/contracts/format/plain-text';

export type AnsiPart = { text: string; className: string };

/** The eight colours of a terminal as the theme has them, dark enough on light ground and light enough on dark. */
const colours = [
  'text-ink',
  'text-bad',
  'text-good',
  'text-warn',
  'text-series-2',
  'text-series-4',
  'text-series-1',
  'text-quiet',
];

type Style = { colour: string; bold: boolean; dim: boolean; italic: boolean; underline: boolean };
const plain: Style = { colour: '', bold: false, dim: false, italic: false, underline: false };

/** The nearest of the eight to one of 256, or to red, green and blue. */
function nearest(codes: number[]): string {
  const [mode, first = 7, green = 0, blue = 0] = codes;
  if (mode === 5) return colours[first % 8] ?? '';
  const bit = (part: number): number => (part > 127 ? 1 : 0);
  return colours[bit(first) + 2 * bit(green) + 4 * bit(blue)] ?? '';
}

function apply(style: Style, codes: number[]): Style {
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) next = plain;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 3) next = { ...next, italic: true };
    else if (code === 4) next = { ...next, underline: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 23) next = { ...next, italic: false };
    else if (code === 24) next = { ...next, underline: false };
    else if (code === 39) next = { ...next, colour: '' };
    else if (code >= 30 && code <= 37) next = { ...next, colour: colours[code - 30] ?? '' };
    else if (code >= 90 && code <= 97) next = { ...next, colour: colours[code - 90] ?? '' };
    else if (code === 38 || code === 48) {
      const length = codes[at + 1] === 5 ? 2 : 4;
      if (code === 38) next = { ...next, colour: nearest(codes.slice(at + 1)) };
      at += length;
    }
  }
  return next;
}

const classOf = ({ colour, bold, dim, italic, underline }: Style): string =>
  [colour, bold && 'font-semibold', dim && 'opacity-75', italic && 'italic', underline && 'underline']
    .filter(Boolean)
    .join(' ');

/** A line as its text and how each piece of it looks. Of a line that was written over (`\r`) the last state is shown. */
export function parseAnsi(line: string): AnsiPart[] {
  const text = lastState(line);
  const parts: AnsiPart[] = [];
  let style = plain;
  let from = 0;
  const push = (to: number): void => {
    if (to > from) parts.push({ text: text.slice(from, to), className: classOf(style) });
  };
  for (const match of text.matchAll(escapeSequence)) {
    push(match.index);
    from = match.index + match[0].length;
    // Every sequence but a style moves a cursor that is not here.
    if (match[2] === 'm') style = apply(style, (match[1] ?? '').split(/[;:]/).map(Number));
  }
  push(text.length);
  return parts;
}
