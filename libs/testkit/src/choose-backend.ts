import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Backend } from './backend.ts';

const run = promisify(execFile);

/** True when a Docker engine answers within 3 s and has the images: a test run downloads nothing. */
async function engineHasImages(names: readonly string[]): Promise<boolean> {
  try {
    await run('docker', ['image', 'inspect', ...names], { timeout: 3_000, maxBuffer: 16 * 1024 * 1024 });
    return true;
  } catch {
    // No client, no engine or no image: each means local binaries.
    return false;
  }
}

/** `TEST_BACKEND=local|containers` forces one; otherwise containers when an engine answers and has the images. */
export async function startBackend(forced: string | undefined): Promise<Backend> {
  if (forced !== undefined && forced !== '' && forced !== 'local' && forced !== 'containers') {
    throw new Error(`TEST_BACKEND is ${JSON.stringify(forced)}; it takes local or containers`);
  }
  const { images, startContainerBackend } = await import('./container-backend.ts');
  const containers = forced ? forced === 'containers' : await engineHasImages(Object.values(images));
  if (containers) return startContainerBackend();
  const { startLocalBackend } = await import('./local-backend.ts');
  return startLocalBackend();
}
