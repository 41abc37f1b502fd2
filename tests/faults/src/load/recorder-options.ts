/** What a recorder process is told at its start. */
export type RecorderOptions = {
  name: string;
  seed: number;
  team: string;
  door:
    | { kind: 'http'; url: string; key: string; gzip: boolean }
    | { kind: 'stream'; redisUrl: string; teamShare: number };
  /** Producers in the process: they spread over the shards of the stream. */
  producers: number;
  spoolRoot: string;
  ledgerFile: string;
  /** Records in all; null goes on until the process is told to finish. */
  records: number | null;
  /** Records a second; null as fast as the recorder takes them. */
  rate: number | null;
  /** Steps of its wall clock: after so many records it is off by so many ms. */
  clock: readonly { after: number; offMs: number }[];
};

export type RecorderProgress = {
  type: 'progress';
  producerIds: string[];
  issued: number;
  acknowledged: number;
  dropped: number;
  settled: boolean;
};

export type RecorderMessage = RecorderProgress | { type: 'started' } | { type: 'done' };
