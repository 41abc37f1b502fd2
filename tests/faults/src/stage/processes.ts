import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeFlags } from '@telltale/runtime/node-flags';

/** The product's own programs; a second collector is the same program again. */
export const serviceNames = ['gateway', 'collector', 'collector-2', 'aggregator'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** A program that a service loads before itself, by its name in this folder. */
export type Preload = 'stepped-clock' | 'older-collector';

const preloadOf = (name: Preload): string[] => ['--import', new URL(`${name}.ts`, import.meta.url).href];

/** How a service is started, besides as always; what is started again after its death is plain. */
export type Start = { failpoints?: string; preload?: Preload; env?: Record<string, string> };

const mainOf = (name: ServiceName): string =>
  fileURLToPath(new URL(`../../../../services/${name.replace(/-\d$/, '')}/src/main.ts`, import.meta.url));

/** A supervisor starts what died again after this time. */
const restartAfterMs = 300;

type Managed = { child: ChildProcess; exited: Promise<string>; log: string };

export type Processes = AsyncDisposable & {
  start(name: ServiceName, more?: Start): Promise<void>;
  /** Sends a signal; with SIGKILL and SIGTERM it resolves when the process is gone, and it is started again. */
  signal(name: ServiceName, signal: NodeJS.Signals): Promise<void>;
  /** Ends it for good, until `start`. */
  end(name: ServiceName, signal: NodeJS.Signals): Promise<void>;
  /** Resolves with how the present process of a service ended. */
  exited(name: ServiceName): Promise<string>;
  running(): { name: ServiceName; pid: number }[];
  /** How often each ended unasked; what a supervisor would count. */
  deaths(): ReadonlyMap<string, number>;
  log(name: ServiceName): string;
  /** Puts the wall clock of a service off by so much; it has to be loaded with `stepped-clock`. */
  stepClock(name: ServiceName, offMs: number): void;
};

/** Starts services as processes and starts again, plain, what dies, as `telltale up` does. */
export function createProcesses(env: Record<string, string>, always: { preload?: Preload } = {}): Processes {
  const all = new Map<ServiceName, Managed>();
  const ended = new Set<ServiceName>();
  const deaths = new Map<string, number>();
  let over = false;

  const launch = (name: ServiceName, { failpoints, preload = always.preload, env: own }: Start = {}): Managed => {
    const child = fork(mainOf(name), {
      env: { ...env, ...own, ...(failpoints === undefined ? {} : { TELLTALE_FAILPOINTS: failpoints }) },
      execArgv: [...nodeFlags, ...(preload === undefined ? [] : preloadOf(preload))],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal ?? String(code)));
    });
    const managed: Managed = { child, exited, log: '' };
    child.stderr?.on('data', (chunk: Buffer) => (managed.log = (managed.log + chunk.toString()).slice(-20_000)));
    all.set(name, managed);
    return managed;
  };

  const supervise = async (name: ServiceName, managed: Managed): Promise<void> => {
    await managed.exited;
    if (over || ended.has(name) || all.get(name) !== managed) return;
    deaths.set(name, (deaths.get(name) ?? 0) + 1);
    await delay(restartAfterMs);
    if (over || ended.has(name) || all.get(name) !== managed) return;
    void supervise(name, launch(name));
  };

  const one = (name: ServiceName): Managed => {
    const managed = all.get(name);
    if (managed === undefined) throw new Error(`${name} does not run in this scenario`);
    return managed;
  };

  return {
    async start(name, more = {}) {
      ended.delete(name);
      const managed = launch(name, more);
      const started = new Promise<void>((resolve) => {
        managed.child.on('message', (message: { type?: string }) => {
          if (message.type === 'started') resolve();
        });
      });
      const early = managed.exited.then((how) => {
        if (more.failpoints === undefined) throw new Error(`${name} ended with ${how} at its start:\n${managed.log}`);
      });
      early.catch(() => undefined);
      await Promise.race([started, early]);
      void supervise(name, managed);
    },
    async signal(name, signal) {
      const { child, exited } = one(name);
      child.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await exited;
    },
    async end(name, signal) {
      ended.add(name);
      const { child, exited } = one(name);
      child.kill(signal);
      await exited;
    },
    exited: (name) => one(name).exited,
    running: () =>
      [...all].flatMap(([name, { child }]) =>
        child.pid === undefined || child.exitCode !== null || child.signalCode !== null
          ? []
          : [{ name, pid: child.pid }],
      ),
    deaths: () => deaths,
    log: (name) => one(name).log,
    stepClock: (name, offMs) => void one(name).child.send({ type: 'clock', offMs }),
    async [Symbol.asyncDispose]() {
      over = true;
      for (const { child } of all.values()) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
      }
      const late = setTimeout(() => {
        for (const { child } of all.values()) child.kill('SIGKILL');
      }, 12_000);
      await Promise.all([...all.values()].map(({ exited }) => exited));
      clearTimeout(late);
    },
  };
}
