import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TelltaleError } from '@telltale/contracts/errors';

export type RepoAddress = {
  /** As git gets it, always behind `--`. */
  url: string;
  /** Names the repository's folder. */
  key: string;
};

const host = '[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?';
const user = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}';
/** No quote, space, backslash, percent sign or control character ever gets as far as git. */
const path = String.raw`[A-Za-z0-9_~][A-Za-z0-9_.~+@=,-]*(?:\/[A-Za-z0-9_.~+@=,-]+)*\/?`;

const web = new RegExp(`^https?://${host}(?::\\d{1,5})?/${path}$`);
const ssh = new RegExp(`^ssh://(?:${user}@)?${host}(?::\\d{1,5})?/${path}$`);
/** `git@host:path`, as scp writes it. */
const scp = new RegExp(`^${user}@${host}:${path}$`);

const refuse = (detail: string): never => {
  throw new TelltaleError('invalid_request', `#/repo_url: ${detail}`, {
    errors: [{ pointer: '#/repo_url', code: 'invalid_value', detail }],
  });
};

/** A repository of this machine, only below folders that were allowed; links are followed before it is judged. */
function localPath(text: string, allowedFolders: readonly string[]): string {
  let asked = text;
  try {
    if (text.startsWith('file:')) asked = fileURLToPath(text);
  } catch {
    return refuse('is no file:// URL of this machine');
  }
  let real: string;
  try {
    real = realpathSync(asked);
  } catch {
    return refuse('is a local path that is not there, or not in a folder of TELLTALE_REPO_FOLDERS');
  }
  const allowed = allowedFolders.some((folder) => {
    try {
      const root = realpathSync(folder);
      return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
    } catch {
      // Not there: nothing can be below it.
      return false;
    }
  });
  if (!allowed) refuse('is a local path that is not there, or not in a folder of TELLTALE_REPO_FOLDERS');
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f"\\]/.test(real)) refuse('is a path with characters that are not taken');
  return real;
}

/**
 * Which repository an address means, or `invalid_request`. Taken are https, http, ssh (also as `git@host:path`) and
 * local repositories below an allowed folder; nothing that git would read as an option, as a helper (`ext::`) or as a
 * password in an address.
 */
export function readRepoAddress(text: string, { allowedFolders }: { allowedFolders: readonly string[] }): RepoAddress {
  if (text.startsWith('-')) refuse('begins with a dash');
  if (text.includes('::')) refuse('names a transport helper, which is not taken');
  const hasDots = text.split(/[/:]/).some((part) => part === '..' || part === '.');
  let url: string;
  if (text.startsWith('file:') || isAbsolute(text)) url = localPath(text, allowedFolders);
  else if (hasDots) url = refuse('holds . or .. as a part of its path');
  else if (web.test(text) || ssh.test(text) || scp.test(text)) url = text;
  else if (/^https?:\/\/[^/]*@/.test(text))
    url = refuse('holds a password; give the runner a credential helper instead');
  else url = refuse('is no address such as https://host/path, ssh://git@host/path, git@host:path or an allowed folder');
  return { url, key: createHash('sha256').update(url.replace(/\/+$/, '')).digest('hex').slice(0, 16) };
}
