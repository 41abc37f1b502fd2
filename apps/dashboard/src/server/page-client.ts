import { pageHeader } from '@telltale/contracts/http/sign-in';
import { problem, TelltaleError } from '@telltale/contracts/errors';
import type { z } from 'zod';

/** Asks for what only the page uses, under `/page`; errors are those of the API. */
export async function askPage<S extends z.ZodType>(
  path: string,
  answer: S,
  init: { method?: 'GET' | 'POST' | 'DELETE'; body?: unknown } = {},
): Promise<z.output<S>> {
  const { method = 'GET', body } = init;
  const response = await fetch(path, {
    method,
    headers: { [pageHeader]: '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new TelltaleError('unavailable', 'Telltale does not answer; is it still running?', { cause });
  });
  const value: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (response.ok) return answer.parse(value);
  const said = problem.safeParse(value);
  throw said.success
    ? new TelltaleError(said.data.code, said.data.detail)
    : new TelltaleError('unavailable', `the gateway answered ${response.status}`);
}
