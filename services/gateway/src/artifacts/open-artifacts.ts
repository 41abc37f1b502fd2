import type { Clock } from '@telltale/runtime/clock';
import { ConfigError } from '@telltale/runtime/config';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/config';
import type { Check } from '../probes/check.ts';
import type { ArtifactSettings } from './artifact-settings.ts';
import { openFolderStore } from './folder-store.ts';
import { createArtifactKeeper, type ArtifactKeeper } from './keep-artifacts.ts';
import type { ObjectStore } from './object-store.ts';
import { startExpiry } from './start-expiry.ts';
import { sweepLoose } from './sweep-loose.ts';

export type Artifacts = AsyncDisposable & {
  keeper: ArtifactKeeper;
  store: ObjectStore;
  quota: number | null;
  check: Check;
};

async function openStore({ place }: ArtifactSettings): Promise<ObjectStore & Partial<Disposable>> {
  if ('s3' in place) {
    // Only who keeps artifacts there pays for the SDK.
    const { openS3Store } = await import('./s3-store.ts');
    return openS3Store(place.s3);
  }
  return openFolderStore(place.folder).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `TELLTALE_ARTIFACTS: ${place.folder} cannot be used (${why}); name a folder that it may write, or s3://bucket`,
    ]);
  });
}

/** The artifact store of this gateway, as its settings say, swept until disposed. */
export async function openArtifacts(options: {
  settings: ArtifactSettings;
  db: Db;
  clock: Clock;
  log: Log;
}): Promise<Artifacts> {
  const { settings, db, clock, log } = options;
  const { quota, whenFull, keptMs } = settings;
  const store = await openStore(settings);
  const keeper = createArtifactKeeper({ db, store, quota, whenFull, log });
  const sweeping = sweepLoose({ db, store, clock, log });
  const expiring = keptMs === null ? null : startExpiry({ db, keeper, keptMs, clock, log });
  return {
    keeper,
    store,
    quota,
    check: { name: 'artifact store', look: (signal) => store.look(signal) },
    async [Symbol.asyncDispose]() {
      await expiring?.[Symbol.asyncDispose]();
      await sweeping[Symbol.asyncDispose]();
      store[Symbol.dispose]?.();
    },
  };
}
