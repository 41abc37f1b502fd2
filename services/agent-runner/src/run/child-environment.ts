import type { Identity } from '@telltale/sdk/recorder/draft';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What belongs to Telltale's services: an agent has no use for it. The API key stays: the person put it there, and a
 * program that reports by itself must work as it does unwatched.
 */
const ownSecrets = ['TELLTALE_KEY_SECRET', 'TELLTALE_DATABASE_URL', 'TELLTALE_REDIS_URL'];

/** As OpenTelemetry wants values in a list: everything that could end one is percent-encoded. */
const encode = (value: string): string => encodeURIComponent(value.toWellFormed());

/**
 * What the program is started with: its own environment, who it is for whoever reports from inside, and where git
 * reports. Resource attributes that the person set stay in front of ours.
 */
export function childEnvironment(
  env: Environment,
  identity: Identity & { run_id: string },
  gitEnvironment: Readonly<Record<string, string>>,
): Record<string, string> {
  const child: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined) child[name] = value;
  for (const name of ownSecrets) {
    delete child[name];
    delete child[`${name}_FILE`];
  }
  const attributes = [
    ['telltale.run_id', identity.run_id],
    ['telltale.agent_id', identity.agent_id],
    ['telltale.session_id', identity.session_id],
    ['telltale.task_id', identity.task_id],
  ].flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [`${name}=${encode(value)}`]));
  const before = child['OTEL_RESOURCE_ATTRIBUTES'];
  Object.assign(child, gitEnvironment, {
    TELLTALE_RUN_ID: identity.run_id,
    TELLTALE_AGENT_ID: identity.agent_id,
    OTEL_RESOURCE_ATTRIBUTES: [...(before === undefined || before === '' ? [] : [before]), ...attributes].join(','),
  });
  // What an outer run said of itself must not pass for this one.
  delete child['TELLTALE_SESSION_ID'];
  delete child['TELLTALE_TASK_ID'];
  if (identity.session_id !== undefined) child['TELLTALE_SESSION_ID'] = identity.session_id;
  if (identity.task_id !== undefined) child['TELLTALE_TASK_ID'] = identity.task_id;
  return child;
}
