import { AsyncLocalStorage } from 'node:async_hooks';
import type { Identity } from '../recorder/draft.ts';

/** For whom a piece of code works: what it reports carries these. */
export type Scope = Partial<
  Pick<Identity, 'agent_id' | 'session_id' | 'task_id' | 'run_id' | 'crew_id' | 'user_id' | 'parent_agent_id'>
>;

/** Carries session, task and agent through every `await`, timer and callback below a call. */
export function createScopes() {
  const storage = new AsyncLocalStorage<Scope>();
  const none: Scope = {};
  const current = (): Scope => storage.getStore() ?? none;
  return {
    current,
    /** Runs `work` with these added to the scope it is called in; what `work` returns or throws is passed on. */
    with: <T>(scope: Scope, work: () => T): T => storage.run({ ...current(), ...scope }, work),
  };
}
export type Scopes = ReturnType<typeof createScopes>;
