import type { CrewProfile } from './crew-profile.ts';

/** Crews that every runner has unless its own file says otherwise. */
export function builtInCrews(): Record<string, CrewProfile> {
  return {};
}
