/** One thing that was looked at. A problem is to be repaired, a warning to be known; both say how. */
export type Finding = {
  name: string;
  status: 'ok' | 'warning' | 'problem' | 'skipped';
  details: string;
  remedy?: string;
};

export const ok = (name: string, details: string): Finding => ({ name, status: 'ok', details });
export const skipped = (name: string, details: string): Finding => ({ name, status: 'skipped', details });
export const warning = (name: string, details: string, remedy: string): Finding => ({
  name,
  status: 'warning',
  details,
  remedy,
});
export const problem = (name: string, details: string, remedy: string): Finding => ({
  name,
  status: 'problem',
  details,
  remedy,
});
