import pc from 'picocolors';

/** What results are written on: a terminal has a width and may have colours, a file or a pipe has neither. */
export interface Page {
  /** Width in cells; undefined where lines may be as long as they like. */
  columns: number | undefined;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
}

/** The page of a stream. Colours only on a terminal that has them, and never against `--no-color` or NO_COLOR. */
export function pageOf(
  stream: { isTTY?: boolean; columns?: number },
  env: Readonly<Record<string, string | undefined>>,
  flags: { color?: boolean } = {},
): Page {
  const isTerminal = stream.isTTY === true;
  const hasColors = isTerminal && flags.color !== false && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const { bold, dim, red, yellow, green } = pc.createColors(hasColors);
  return { columns: isTerminal ? stream.columns : undefined, bold, dim, red, yellow, green };
}

/** A page without width and colours. */
export const plainPage: Page = pageOf({}, {});
