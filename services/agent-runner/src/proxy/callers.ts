import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Socket } from 'node:net';

/** In its environment a process of the run says whose work it does. */
const marker = 'TELLTALE_AGENT_ID';

type Callers = {
  /** Where the processes of the run are asked for, once it runs. */
  know(pids: () => readonly number[]): void;
  /** Which of the run's agents the process at the other end of a connection is of; undefined: it does not say another. */
  agentOf(socket: Socket): string | undefined;
};

function environmentValue(pid: number, name: string): string | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/environ`, 'latin1')
      .split('\0')
      .find((one) => one.startsWith(`${name}=`));
    return line === undefined ? undefined : Buffer.from(line.slice(name.length + 1), 'latin1').toString();
  } catch {
    // It ended, or does not let itself be read.
    return undefined;
  }
}

/** The inode of the end of a TCP connection on this machine that has this port of its own and talks to that one. */
function inodeOf(own: number, other: number): string | undefined {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    try {
      const found = readFileSync(file, 'latin1')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .find(([, local = '', remote = '']) => local.endsWith(`:${hex(own)}`) && remote.endsWith(`:${hex(other)}`));
      if (found?.[9] !== undefined) return found[9];
    } catch {
      // No such table: this is no Linux, or has no IPv6.
    }
  }
  return undefined;
}

function holds(pid: number, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`;
      } catch {
        // Closed meanwhile.
        return false;
      }
    });
  } catch {
    return false;
  }
}

/**
 * Whose process makes a call, where several agents share a run: one that was started with another agent's name in its
 * environment is that agent's. Looked at once for each connection, and only in processes that name another. Null where a
 * run has one agent.
 */
export function createCallers({ first, others }: { first: string; others: readonly string[] }): Callers | null {
  const named = new Set(others.filter((agent) => agent !== first));
  if (named.size === 0) return null;
  const found = new WeakMap<Socket, { agent: string | undefined }>();
  let pidsNow: () => readonly number[] = () => [];
  return {
    know(pids) {
      pidsNow = pids;
    },
    agentOf(socket) {
      const before = found.get(socket);
      if (before !== undefined) return before.agent;
      const speakers = pidsNow().flatMap((pid) => {
        const agent = environmentValue(pid, marker);
        return agent !== undefined && named.has(agent) ? [{ pid, agent }] : [];
      });
      const { remotePort, localPort } = socket;
      const inode =
        speakers.length === 0 || remotePort === undefined || localPort === undefined
          ? undefined
          : inodeOf(remotePort, localPort);
      const agent = inode === undefined ? undefined : speakers.find(({ pid }) => holds(pid, inode))?.agent;
      found.set(socket, { agent });
      return agent;
    },
  };
}
