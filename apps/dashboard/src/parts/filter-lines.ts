import type { Lines } from '../live/log-lines.ts';

export const levels = [
  { value: 'debug', label: 'All' },
  { value: 'info', label: 'Info and above' },
  { value: 'warning', label: 'Warnings and errors' },
  { value: 'error', label: 'Errors' },
] as const;
export type Level = (typeof levels)[number]['value'];

const rank: Record<Level, number> = { debug: 0, info: 1, warning: 2, error: 3 };

/** Lines of at least that level with that text in them, in any case. */
export function filterLines(lines: Lines, q: string, least: Level): Lines {
  if (q === '' && least === 'debug') return lines;
  const text = q.toLowerCase();
  return lines.filter(({ level, message }) => rank[level] >= rank[least] && message.toLowerCase().includes(text));
}
