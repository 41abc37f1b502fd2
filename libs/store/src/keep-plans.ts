import type { PoolClient } from 'pg';

export type KeptPlans = {
  /** So many statements at once: a plan of many parts takes a third of a megabyte on the connection. */
  most: number;
  /** Which of those that have values; all when left out. */
  isKept?: (text: string) => boolean;
};

/**
 * Forgets what the client believes to be prepared on its connection; a name that it does not know is sent with its text.
 * False where it was not: a statement that failed to be prepared.
 */
function forgetParsed(client: PoolClient, name: string): boolean {
  const connection: unknown = Reflect.get(client, 'connection');
  const parsed: unknown =
    typeof connection === 'object' && connection !== null && Reflect.get(connection, 'parsedStatements');
  if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, name)) return false;
  return Reflect.deleteProperty(parsed, name);
}

/**
 * Has a connection send statements that have values under a name, which is what makes PostgreSQL keep their plans; with
 * `plan_cache_mode = force_generic_plan` each is planned once, whatever the values. Where there are `most`, the one that was
 * not asked for longest is forgotten.
 */
export function keepPlans(client: PoolClient, { most, isKept = () => true }: KeptPlans): void {
  /** By text, the one asked last at the end. */
  const names = new Map<string, string>();
  let made = 0;
  const send: (...args: unknown[]) => unknown = client.query.bind(client);
  const forgetOldest = (): void => {
    const [oldest] = names;
    if (oldest === undefined) return;
    const [text, name] = oldest;
    names.delete(text);
    // What the server does not know either it would refuse to forget, and fail the transaction.
    if (!forgetParsed(client, name)) return;
    // In a transaction that has failed it fails too: then it stays, under a name that is never used again.
    void Promise.resolve(send(`deallocate ${name}`)).catch(() => {});
  };
  const nameOf = (text: string): string => {
    const known = names.get(text);
    if (known === undefined && names.size >= most) forgetOldest();
    if (known === undefined) made += 1;
    const name = known ?? `kept_${made}`;
    names.delete(text);
    names.set(text, name);
    return name;
  };
  const query = (...args: unknown[]): unknown => {
    const [text, values] = args;
    const isNamed = typeof text === 'string' && Array.isArray(values) && values.length > 0 && isKept(text);
    return isNamed ? send({ name: nameOf(text), text, values }) : send(...args);
  };
  Object.assign(client, { query });
}
