/**
 * What an item of telemetry says of the process that sent it: `p<pid>` or `i<instance id>`. The first process of a container is
 * always 1, so there the instance says which it is.
 */
export function processName(pid: string | undefined, instance: string | undefined): string | undefined {
  if (pid !== undefined && (pid !== '1' || instance === undefined)) return `p${pid}`;
  return instance === undefined ? undefined : `i${instance}`;
}

type Told = string | null | undefined;

/** Whether it names a process: calls may name the service (`s<name>`) where nobody says of which process they are. */
export const isProcess = (name: Told): name is string => typeof name === 'string' && /^[pi]/.test(name);

/** Whether two names are of two processes. One that says nothing, or says it in the other way, may be any. */
export const processesDiffer = (a: Told, b: Told): boolean =>
  isProcess(a) && isProcess(b) && a !== b && a.charAt(0) === b.charAt(0);
