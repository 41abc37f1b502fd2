import type { ProcessMark } from '@telltale/embedded/process-table';
import { CliError } from '../failure.ts';
import { keepAlive } from './keep-alive.ts';
import { type ServiceProcess, type ServiceSpec, startServiceProcess } from './service-process.ts';

/** A service that is started again whenever it ends. */
export interface KeptService {
  name: string;
  /** Of its present process; empty while there is none. */
  readMetrics(): Promise<string>;
  stop(withinMs: number): Promise<void>;
}

/**
 * Starts all services side by side and resolves when each has said that it started. One that ends before that is a
 * refusal with its own last words; then the others are stopped again.
 */
export async function startServices(
  specs: readonly ServiceSpec[],
  options: { say: (line: string) => void; onStart: (name: string, mark: ProcessMark) => void; signal: AbortSignal },
): Promise<KeptService[]> {
  const kept: KeptService[] = [];
  const results = await Promise.allSettled(
    specs.map(async (spec) => {
      let first: ServiceProcess | undefined;
      let present: ServiceProcess | undefined;
      let hasStarted = false;
      const part = await keepAlive({
        name: spec.name,
        say: (line) => hasStarted && options.say(line),
        start: () => startServiceProcess(spec),
        onStart(process) {
          first ??= process;
          present = process;
          if (process.mark) options.onStart(spec.name, process.mark);
        },
      });
      kept.push({
        name: spec.name,
        readMetrics: async () => (await present?.readMetrics()) ?? '',
        stop: (withinMs) => part.stop(withinMs),
      });
      hasStarted = (await Promise.race([first?.started, aborted(options.signal)])) === true;
      if (hasStarted) return;
      // Before the keeper starts it again: a service that cannot start at all is for the person to see.
      await part.stop(2000);
      options.signal.throwIfAborted();
      throw new CliError(`The ${spec.name} did not start: ${first?.complaint()}; its log is ${spec.logFile}.`);
    }),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (!failure) return kept;
  await Promise.all(kept.map((service) => service.stop(2000)));
  throw failure.reason;
}

async function aborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}
