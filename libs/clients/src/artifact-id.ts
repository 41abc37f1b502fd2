import { RunnerError } from './runner-error.ts';

/** The id in an artifact's uri. Throws RunnerError (`REFUSED`) for what the store never gave. */
export function artifactIdOf(uri: string, { service, operation }: { service: string; operation: string }): string {
  const [, id] = /^artifact:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(uri) ?? [];
  if (id !== undefined) return id;
  throw new RunnerError(`${service}: ${JSON.stringify(uri.slice(0, 200))} is not artifact:<id> as the store gave it`, {
    code: 'REFUSED',
    service,
    operation,
    attempts: 0,
    retryable: false,
  });
}
