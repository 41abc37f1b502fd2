import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ConfigError } from './config.ts';

/** A named place between two steps that a fault test may make fail. Without a specification it does nothing. */
export type Failpoint = (name: string) => Promise<void> | void;

type Rule = { action: 'kill' | 'throw' | 'hang' | 'delay'; ms: number; hit: number };

const pattern = /^([a-z_]+\.[a-z_]+)=(kill|throw|hang|delay:(\d+))(?:@(\d+))?$/;

/** Variables of every service that has failpoints; they are read only where NODE_ENV is `test`. */
export const failpointVariables = { TELLTALE_FAILPOINTS: z.string().optional(), NODE_ENV: z.string().optional() };

/**
 * Reads `name=action@n;…`: `kill` (SIGKILL to itself), `throw`, `hang`, `delay:<ms>`, at the n-th visit (from 1; without
 * it, at every visit). Outside tests the variable is refused, so that a copied setting never harms a real service.
 */
export function createFailpoints(values: {
  TELLTALE_FAILPOINTS?: string | undefined;
  NODE_ENV?: string | undefined;
}): Failpoint {
  const text = values.TELLTALE_FAILPOINTS;
  if (text === undefined) return () => {};
  if (values.NODE_ENV !== 'test') throw new ConfigError(['TELLTALE_FAILPOINTS: is for tests, with NODE_ENV=test']);
  const rules = new Map(text.split(';').map(parseRule));
  const visits = new Map<string, number>();
  return (name) => {
    const rule = rules.get(name);
    if (rule === undefined) return;
    const visit = (visits.get(name) ?? 0) + 1;
    visits.set(name, visit);
    if (rule.hit === 0 || rule.hit === visit) return act(name, rule);
  };
}

function parseRule(text: string): [string, Rule] {
  const match = pattern.exec(text.trim());
  const [, name, action, ms, hit] = match ?? [];
  if (name === undefined || action === undefined) {
    throw new ConfigError([`TELLTALE_FAILPOINTS: ${text} is not one such as collector.after_commit=kill@3`]);
  }
  const kind = action.startsWith('delay') ? 'delay' : (action as Rule['action']);
  return [name, { action: kind, ms: Number(ms ?? 0), hit: Number(hit ?? 0) }];
}

async function act(name: string, { action, ms }: Rule): Promise<void> {
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  if (action === 'throw') throw new Error(`failpoint ${name}`);
  if (action === 'delay') await delay(ms);
  // After a kill nothing may run on until the signal arrives.
  if (action === 'kill' || action === 'hang') await new Promise(() => {});
}
