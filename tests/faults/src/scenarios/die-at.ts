import type { Play } from '../frame/play.ts';
import type { ServiceName } from '../stage/processes.ts';

const withinMs = 60_000;

/**
 * Starts a service anew that dies at the n-th visit of a failpoint, and waits for that death; what supervises services
 * starts it again without. A failpoint that is not reached is a problem of the run.
 */
export async function dieAt(play: Play, service: ServiceName, failpoint: string, visit = 1): Promise<void> {
  await play.processes.end(service, 'SIGKILL');
  await play.processes.start(service, { failpoints: `${failpoint}=kill@${visit}` });
  const deadline = Promise.withResolvers<string>();
  const timer = setTimeout(() => deadline.resolve('alive'), withinMs * play.patience);
  const how = await Promise.race([play.processes.exited(service), deadline.promise]);
  clearTimeout(timer);
  if (how === 'SIGKILL') play.hit(failpoint);
  else
    play.problem(`${failpoint} was not reached within ${(withinMs * play.patience) / 1_000} s: the service is ${how}`);
}
