import type { PoolClient } from 'pg';

/**
 * Has a connection send every statement that has values under a name, which is what makes PostgreSQL keep its plan; with
 * `plan_cache_mode = force_generic_plan` it is planned once, whatever the values. A plan of many parts takes a third of a
 * megabyte on the connection: where there are `most`, all are forgotten.
 */
export function keepPlans(client: PoolClient, most: number): void {
  const names = new Map<string, string>();
  let made = 0;
  const send: (...args: unknown[]) => unknown = client.query.bind(client);
  const forget = (): void => {
    names.clear();
    const connection: unknown = Reflect.get(client, 'connection');
    if (typeof connection === 'object' && connection !== null) Reflect.set(connection, 'parsedStatements', {});
    // In a transaction that has failed it fails too: then they stay, under names that are never used again.
    void Promise.resolve(send('deallocate all')).catch(() => {});
  };
  const nameOf = (text: string): string => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= most) forget();
    made += 1;
    const name = `kept_${made}`;
    names.set(text, name);
    return name;
  };
  const query = (...args: unknown[]): unknown => {
    const [text, values] = args;
    const isNamed = typeof text === 'string' && Array.isArray(values) && values.length > 0;
    return isNamed ? send({ name: nameOf(text), text, values }) : send(...args);
  };
  Object.assign(client, { query });
}
