import type { Tone } from '../../ui/badge.tsx';

/** In the order in which a task goes through them. */
export const statuses = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;

export const statusTones: Record<(typeof statuses)[number], Tone> = {
  PENDING: 'quiet',
  RUNNING: 'accent',
  COMPLETED: 'good',
  FAILED: 'bad',
  CANCELLED: 'warn',
};
