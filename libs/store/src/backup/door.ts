// The whole store as one file, and back.
export { BackupError } from './backup-error.ts';
export type { Manifest } from './backup-format.ts';
export { restoreBackup, type RestoreOptions } from './restore-backup.ts';
export { verifyBackup } from './verify-backup.ts';
export { writeBackup, type BackupOptions } from './write-backup.ts';
