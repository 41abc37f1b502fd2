import { appendFileSync, existsSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

/** One git process as it goes on to where the person wants it. */
export type OwnTraceWriter = { push(chunk: Buffer): void; end(): void };
/** Where a person has git report to; each process is written there as git would have done it. */
export type OwnTrace = () => OwnTraceWriter;

const newline = 0x0a;
/** Git gives up on a name in a folder after as many that are taken. */
const mostNames = 10;

/** Whole lines at a time, as git writes them: several processes write into one file. */
function writeLines(fileOf: (first: string) => string | null): OwnTraceWriter {
  let held: Buffer = Buffer.alloc(0);
  let file: string | null | undefined;
  const write = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    file ??= fileOf(bytes.subarray(0, 1_000).toString('utf8'));
    if (file === null) return;
    try {
      appendFileSync(file, bytes);
    } catch {
      // As git does: a trace that cannot be written stops nobody.
      file = null;
    }
  };
  return {
    push(chunk) {
      const all = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const end = all.lastIndexOf(newline) + 1;
      write(all.subarray(0, end));
      held = Buffer.from(all.subarray(end));
    },
    end: () => write(held),
  };
}

/** A file of its own for each process, named after the last part of its session. */
function fileIn(folder: string, first: string): string | null {
  const name = /"sid":"(?:[^"]*\/)?([\w.-]+)"/.exec(first)?.[1];
  if (name === undefined || existsSync(join(folder, 'git-trace2-discard'))) return null;
  for (let at = 0; at < mostNames; at += 1) {
    const file = join(folder, at === 0 ? name : `${name}.${at}`);
    try {
      writeFileSync(file, '', { flag: 'wx' });
      return file;
    } catch {
      // It is taken.
    }
  }
  return null;
}

/** What is at a path now; null where nothing is yet, undefined where we may not look. */
function statOf(path: string): Stats | null | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return undefined;
  }
}

/** What is held for a reader that does not keep up; git itself would wait for it. */
const mostHeldBytes = 1_048_576;

function openFile(target: string): OwnTrace | null {
  const now = statOf(target);
  // A pipe would be waited for, and a terminal or descriptor would be ours.
  if (now === undefined || (now !== null && !now.isFile() && !now.isDirectory())) return null;
  return () => writeLines((first) => (statOf(target)?.isDirectory() === true ? fileIn(target, first) : target));
}

/** Null for what cannot be written for git: its own stderr, one of its descriptors, a pipe, a socket that takes datagrams. */
export function openOwnTrace(target: string): OwnTrace | null {
  if (target.startsWith('/')) return openFile(target);
  const socket = /^af_unix:(?:stream:)?(\/.*)$/.exec(target)?.[1];
  if (socket === undefined) return null;
  return () => {
    const connection = connect(socket);
    connection.on('error', () => connection.destroy());
    connection.unref();
    return {
      push(chunk) {
        if (connection.writableLength < mostHeldBytes) connection.write(chunk);
      },
      // Whoever listens may keep its side open.
      end: () => connection.destroySoon(),
    };
  };
}
