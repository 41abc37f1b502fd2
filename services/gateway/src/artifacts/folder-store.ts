import { constants } from 'node:fs';
import { mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ObjectMissingError, type ObjectStore } from './object-store.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && ['ENOENT', 'ELOOP', 'ENOTDIR'].includes(String(Reflect.get(error, 'code')));

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, O_RDONLY);
  await folder.sync();
}

/**
 * Artifacts as files of a folder: `<first two digits>/<id>`, readable by their owner alone. Names are ids that we made,
 * never a caller's text, and no link is followed. Several gateways may share the folder.
 */
export async function openFolderStore(root: string): Promise<ObjectStore> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folderOf = (objectId: string) => join(root, objectId.slice(0, 2));
  const fileOf = (objectId: string) => join(folderOf(objectId), objectId);
  const partOf = (objectId: string) => `${fileOf(objectId)}.part`;

  return {
    async write(objectId, content) {
      await mkdir(folderOf(objectId), { recursive: true, mode: 0o700 });
      const part = partOf(objectId);
      const file = await open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      // Closes the file with the stream, however that ends.
      await pipeline(content, file.createWriteStream({ flush: true }));
      await rename(part, fileOf(objectId));
      await syncFolder(folderOf(objectId));
    },
    async read(objectId, range) {
      const file = await open(fileOf(objectId), O_RDONLY | O_NOFOLLOW).catch((error: unknown) => {
        throw isMissing(error) ? new ObjectMissingError(objectId, error) : error;
      });
      return file.createReadStream({ ...range });
    },
    async remove(objectId) {
      await rm(fileOf(objectId), { force: true });
      await rm(partOf(objectId), { force: true });
    },
    async look() {
      const { bavail, bsize } = await statfs(root);
      return `a folder with ${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
    },
  };
}
