import type { ReactNode } from 'react';

export const badgeTones = {
  good: 'border-good/30 bg-good/8 text-good',
  warn: 'border-warn/35 bg-warn/8 text-warn',
  bad: 'border-bad/30 bg-bad/8 text-bad',
  accent: 'border-accent/30 bg-accent/8 text-accent',
  quiet: 'border-line bg-raised text-quiet',
} as const;
export type Tone = keyof typeof badgeTones;

export function Badge({ tone = 'quiet', title, children }: { tone?: Tone; title?: string; children: ReactNode }) {
  return (
    <span
      title={title}
      className={`inline-flex h-5 items-center gap-1 rounded border px-1.5 text-2xs font-medium whitespace-nowrap ${badgeTones[tone]}`}
    >
      {children}
    </span>
  );
}
