import { join } from 'node:path';

/** Where the runner and its own crews spool what they report themselves; what the runs of others say is the keeper's. */
export const reportsFolder = (dataDir: string): string => join(dataDir, 'reports');
