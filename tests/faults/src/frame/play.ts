import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SystemHealth } from '@telltale/contracts/http/health';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { until } from '@telltale/testkit/until';
import { startHttpClient, type HttpClient } from '../load/http-client.ts';
import type { RecorderOptions } from '../load/recorder-options.ts';
import { startRecorder, type RecorderProcess } from '../load/start-recorder.ts';
import type { Api } from '../stage/api.ts';
import { type Stage, team } from '../stage/stage.ts';
import { settle } from './settle.ts';

/** After a fault has ended, on a machine of one's own: all green within this time, and a fresh record readable. */
const healthyWithinMs = 30_000;
const visibleWithinMs = 10_000;

export type RecorderWish = {
  via: 'stream' | 'http';
  records?: number;
  rate?: number;
  failpoints?: string;
  clock?: RecorderOptions['clock'];
  /** Every body compressed: its checksum tells what was damaged on the way. */
  gzip?: boolean;
  /** Whose records they are; the stage's own team unless given. */
  team?: string;
  /** Part of the stream that a team may fill, as the recorder's gate has it. */
  teamShare?: number;
  /** Spools that it writes at once, each with batches of its own: many small ones unless given. */
  producers?: number;
};

export type ClientWish = {
  records: number;
  rate?: number;
  /** Records in a body. */
  size?: number;
  /** With another team's key. */
  key?: string;
  /** Does not wait when it is told to come back later. */
  rude?: boolean;
};

/** What a scenario plays with: the stage, the load, and the count of what was done to them. */
export type Play = Stage & {
  /** Of this run: 1 is the whole; a smaller one makes loads smaller. */
  scale: number;
  /** How many times as long things may take: above 1 on a machine that others use too. */
  patience: number;
  hit(fault: string, times?: number): void;
  hits(): ReadonlyMap<string, number>;
  /** A figure for whoever reads the result: no fault. */
  measured(figure: string): void;
  figures(): readonly string[];
  /** Starts a recorder process of the load; the frame waits for it at the end. */
  recorder(wish: RecorderWish): Promise<RecorderProcess>;
  recorders(): readonly RecorderProcess[];
  /** Starts a client that posts numbered batches itself, without a spool. */
  client(wish: ClientWish): HttpClient;
  clients(): readonly HttpClient[];
  /** Everything is green again and a fresh record is readable; measures from now. */
  recovered(): Promise<void>;
  recoverySeconds(): readonly number[];
  /** Waits until everything sent so far is stored and folded: for a stage that does not outlive the scenario. */
  drain(): Promise<void>;
  pause(ms: number): Promise<void>;
  /** Something of the scenario's own that has to live until everything is judged. */
  keep(thing: AsyncDisposable): void;
  kept: AsyncDisposableStack;
  /** What is wrong; the run fails with it. */
  problem(text: string): void;
  problems(): readonly string[];
  isProbe(id: string): boolean;
  /** Another team, whose records are judged too. */
  addTeam(name: string): Promise<Api>;
  teams(): readonly string[];
  /** A file of the oracle for load that a scenario sends itself. */
  addLedger(name: string): string;
  ledgerFiles(): readonly string[];
  spoolRoot: string;
};

function causesOf(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...causesOf(error.cause)] : [];
}

/** What goes on until a scenario ends is thinned out with the scale too, but not so far that faults find nothing under way. */
const leastOfRate = 0.25;

export function createPlay(stage: Stage, options: { seed: number; scale: number; patience: number }): Play {
  const hits = new Map<string, number>();
  const problems: string[] = [];
  const figures: string[] = [];
  const kept = new AsyncDisposableStack();
  const recorders: RecorderProcess[] = [];
  const clients: HttpClient[] = [];
  const ledgers: string[] = [];
  const teams = [team];
  const recoveries: number[] = [];
  let started = 0;
  const probes = new Set<string>();
  const nextId = createUuidV7();
  const spoolRoot = join(stage.folder, 'spool');

  const ledgerOf = (name: string): string => {
    const file = join(stage.folder, `${name}.ledger`);
    ledgers.push(file);
    return file;
  };

  const healthy = async (): Promise<boolean> => {
    const { overall_status } = await stage.api.get<SystemHealth>('/monitoring/system/health');
    return overall_status === 'healthy';
  };

  const visibleMs = visibleWithinMs * options.patience;
  const probe = async (): Promise<void> => {
    const id = nextId();
    probes.add(id);
    const agent = `probe-${randomUUID().slice(0, 8)}`;
    // A kind that is read from its own rows: what comes of folds may be later than the record itself.
    const line = { level: 'info', source: 'stdout', message: 'probe' };
    const record = { v: 1, id, kind: 'log_entry', at: new Date().toISOString(), agent_id: agent, ...line };
    const body = JSON.stringify({ records: [record] });
    const readable = async (): Promise<boolean> => {
      const response = await stage.api.post('/telemetry', body);
      if (response.status !== 202) return false;
      await until(async () => stage.api.get(`/agents/${agent}/telemetry`).then(() => true), {
        timeoutMs: visibleMs,
        everyMs: 50,
        what: 'a fresh record over REST',
      });
      return true;
    };
    await until(readable, { timeoutMs: visibleMs, everyMs: 200, what: 'a fresh record over REST' });
  };

  const play: Play = {
    ...stage,
    spoolRoot,
    scale: options.scale,
    patience: options.patience,
    hit: (fault, times = 1) => void hits.set(fault, (hits.get(fault) ?? 0) + times),
    hits: () => hits,
    measured: (figure) => void figures.push(figure),
    figures: () => figures,
    async recorder(wish) {
      const { via, records, rate, failpoints, clock = [], gzip = false, teamShare = 0.5, producers = 6 } = wish;
      const of = wish.team ?? team;
      // Counted before anything is waited for: several may be started at once.
      started += 1;
      const name = `recorder-${started}`;
      const door: RecorderOptions['door'] =
        via === 'http'
          ? { kind: 'http', url: stage.clientUrl, key: stage.api.key, gzip }
          : { kind: 'stream', redisUrl: stage.env['TELLTALE_REDIS_URL'] ?? '', teamShare };
      const recorder = await startRecorder(
        {
          name,
          seed: options.seed * 1_000 + started,
          team: of,
          door,
          producers,
          spoolRoot,
          ledgerFile: ledgerOf(name),
          records: records === undefined ? null : Math.ceil(records * options.scale),
          rate: rate === undefined ? null : Math.ceil(rate * Math.min(1, Math.max(options.scale, leastOfRate))),
          clock,
        },
        failpoints,
      );
      recorders.push(recorder);
      return recorder;
    },
    recorders: () => recorders,
    client({ records, rate = null, size = 100, key = stage.api.key, rude = false }) {
      const name = `client-${clients.length + 1}`;
      const client = startHttpClient({
        name,
        url: stage.clientUrl,
        key,
        rude,
        seed: options.seed * 1_000 + 500 + clients.length,
        records: Math.ceil(records * options.scale),
        rate,
        size,
        ledgerFile: ledgerOf(name),
      });
      clients.push(client);
      return client;
    },
    clients: () => clients,
    async recovered() {
      const start = performance.now();
      try {
        await until(healthy, {
          timeoutMs: healthyWithinMs * options.patience,
          everyMs: 100,
          what: 'every service healthy',
        });
        await probe();
      } catch (error) {
        problems.push(causesOf(error).join(': '));
      }
      recoveries.push((performance.now() - start) / 1_000);
    },
    recoverySeconds: () => recoveries,
    drain: () => settle(play),
    pause: (ms) => delay(ms),
    keep: (thing) => void kept.use(thing),
    kept,
    problem: (text) => void problems.push(text),
    problems: () => problems,
    isProbe: (id) => probes.has(id),
    async addTeam(name) {
      teams.push(name);
      return stage.apiOf(name);
    },
    teams: () => teams,
    addLedger: ledgerOf,
    ledgerFiles: () => ledgers,
  };
  return play;
}
