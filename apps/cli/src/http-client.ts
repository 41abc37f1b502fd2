import { problem } from '@telltale/contracts/errors';
import type { z } from 'zod';
import { CliError, reasonOf } from './failure.ts';
import type { Target } from './instance/find-instance.ts';

/** Asks the gateway and checks the answer's shape; a refusal becomes one sentence that names the field. */
export async function askGateway<S extends z.ZodType>(
  target: Target,
  request: { method: 'GET' | 'POST' | 'DELETE'; path: string; body?: unknown },
  answer: S,
): Promise<z.output<S>> {
  const url = new URL(`/api/v1${request.path}`, target.url);
  let response: Response;
  try {
    response = await fetch(url, {
      method: request.method,
      headers: {
        authorization: `Bearer ${target.apiKey}`,
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(30_000),
    });
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause !== undefined ? reasonOf(cause.cause) : reasonOf(cause);
    throw new CliError(
      `${target.url} does not answer (${reason}); is Telltale running there? \`npm start\` starts one.`,
      { cause },
    );
  }
  const body: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw new CliError(refusal(target, response.status, body));
  const parsed = answer.safeParse(body);
  if (!parsed.success)
    throw new CliError(
      `${target.url} answered in a shape this command does not know; is it another version of Telltale?`,
    );
  return parsed.data;
}

function refusal(target: Target, status: number, body: unknown): string {
  const parsed = problem.safeParse(body);
  if (!parsed.success) return `${target.url} answered with status ${status}.`;
  const fields = (parsed.data.errors ?? []).map(
    (error) => `${error.parameter ?? error.pointer ?? ''}: ${error.detail}`,
  );
  return [parsed.data.detail, ...fields].join('; ');
}
