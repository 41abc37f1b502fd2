import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** Cells that a text takes in a terminal. */
export const widthOf = (text: string): number => stringWidth(text);

/** At most `width` cells of a text; what was cut ends in `…`. Never cuts through a character. */
export function cutText(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
