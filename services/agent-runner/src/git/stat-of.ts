import { statSync, type Stats } from 'node:fs';

/** What is at `path`, or null: not there, not allowed to look, links in a circle. None of them may stop a run. */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
