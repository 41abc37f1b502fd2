import { join } from 'node:path';

/** Where the keeper of a data folder has its note, log, configuration and spool. */
export const keeperFolder = (dataDir: string): string => join(dataDir, 'keeper');
