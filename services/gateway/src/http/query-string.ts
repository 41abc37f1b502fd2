import { parse } from 'node:querystring';

const prefix = 'label.';

/** How a label's filter is called in a query string. */
export const labelParameter = (name: string): string => `${prefix}${name}`;

/**
 * Reads a query string. `label.<name>` parameters become one object `labels`, so that a schema can say what they may
 * be; a parameter that is really called `labels` stays a text, which no schema takes.
 */
export function parseQueryString(text: string): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  const labels: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(parse(text))) {
    // Schemas skip a member called __proto__ without a word; as a parameter it is one that nobody knows.
    if (name.startsWith(prefix) && name !== `${prefix}__proto__`) labels[name.slice(prefix.length)] = value;
    else Object.defineProperty(query, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return Object.keys(labels).length > 0 && query['labels'] === undefined ? { ...query, labels } : query;
}
