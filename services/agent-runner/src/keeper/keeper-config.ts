import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a keeper goes by. It is read from a file of its folder: nothing of it may be in the environment of its runs. */
const keeperConfig = z.object({
  /** Of the gateway. */
  url: z.string(),
  /** File with the key; what stands in the environment of a process can be read by its children. */
  key_file: z.string(),
  /** Where it keeps what is not known to be stored. */
  spool_root: z.string(),
  sample_interval_ms: z.int(),
  version: z.string(),
});
export type KeeperConfig = z.output<typeof keeperConfig>;

const configFile = (folder: string): string => join(folder, 'config.json');

export function writeKeeperConfig(folder: string, config: KeeperConfig): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(configFile(folder), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}

export const readKeeperConfig = (folder: string): KeeperConfig =>
  keeperConfig.parse(JSON.parse(readFileSync(configFile(folder), 'utf8')));
