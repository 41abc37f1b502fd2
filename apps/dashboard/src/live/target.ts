/** What a page listens to, and asks the lists of records for. */
export type Target = { agent_id: string } | { run_id: string } | { session_id: string };

export const targetKey = (target: Target): string => JSON.stringify(target);
