import type { ComponentProps } from 'react';

const tones = {
  plain: 'border-line bg-panel text-ink hover:bg-raised',
  primary: 'border-transparent bg-accent text-on-accent hover:opacity-90',
  danger: 'border-bad/40 bg-panel text-bad hover:bg-bad/10',
  ghost: 'border-transparent bg-transparent text-quiet hover:bg-raised hover:text-ink',
} as const;

export type ButtonProps = ComponentProps<'button'> & { tone?: keyof typeof tones; compact?: boolean };

export function Button({ tone = 'plain', compact = false, className = '', type = 'button', ...rest }: ButtonProps) {
  const size = compact ? 'h-6 px-1.5 text-xs gap-1' : 'h-8 px-3 text-sm gap-1.5';
  return (
    <button
      type={type}
      className={`inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap disabled:opacity-50 ${size} ${tones[tone]} ${className}`}
      {...rest}
    />
  );
}
