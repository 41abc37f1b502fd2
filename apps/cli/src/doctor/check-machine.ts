import { statfsSync, statSync } from 'node:fs';
import { formatBytes } from '@telltale/contracts/format/bytes';
import { isRunning } from '@telltale/embedded/process-table';
import { reasonOf } from '../failure.ts';
import { readInstance } from '../instance/instance-file.ts';
import { productVersion } from '../product.ts';
import { ok, problem, skipped, warning, type Finding } from './finding.ts';

const leastNode = 24;
const lowPart = 0.1;
const lowBytes = 2 * 1024 ** 3;

/** This machine: versions, and the data folder of the instance here, which need not run where `url` names a gateway. */
export function checkMachine(dataDir: string, url: string | undefined): Finding[] {
  const node = Number(process.versions.node.split('.')[0]);
  const versions = `Telltale ${productVersion()}, Node ${process.versions.node} on ${process.platform}`;
  const findings =
    node >= leastNode
      ? [ok('versions', versions)]
      : [problem('versions', versions, `run it with the launcher, which brings Node ${leastNode}`)];
  let folder;
  try {
    folder = statSync(dataDir);
  } catch (error) {
    if (reasonOf(error) !== 'ENOENT') {
      return [...findings, problem('data folder', `${dataDir}: ${reasonOf(error)}`, 'give this user the right to it')];
    }
    return [...findings, skipped('data folder', `${dataDir} is not there: no instance was started here`)];
  }
  return [...findings, ...checkFolder(dataDir, folder), checkSpace(dataDir), checkInstance(dataDir, url)];
}

function checkFolder(dataDir: string, { uid, mode }: { uid: number; mode: number }): Finding[] {
  const name = 'data folder';
  const me = process.geteuid?.();
  if (me !== undefined && uid !== me) {
    const who = `${dataDir} belongs to the user with id ${uid}, this one has ${me}`;
    return [warning(name, who, `run telltale as that user, or chown -R ${me} ${dataDir}`)];
  }
  const open = mode & 0o077;
  const rights = (mode & 0o777).toString(8);
  return open === 0
    ? [ok(name, `${dataDir}, its owner's alone`)]
    : [problem(name, `${dataDir} can be entered by others (${rights}): keys lie in it`, `chmod 700 ${dataDir}`)];
}

function checkSpace(dataDir: string): Finding {
  const { bavail, blocks, bsize } = statfsSync(dataDir);
  const [free, all] = [bavail * bsize, blocks * bsize];
  const details = `${formatBytes(free)} of ${formatBytes(all)} are free`;
  if (free < Math.min(all * lowPart, lowBytes)) {
    return problem('disk', details, 'free some space: storing pauses until there is, and goes on by itself');
  }
  return ok('disk', details);
}

function checkInstance(dataDir: string, url: string | undefined): Finding {
  const instance = readInstance(dataDir);
  if (instance === undefined && url !== undefined) return skipped('instance', `not of this folder: it is ${url}`);
  if (instance === undefined) return warning('instance', `nothing runs in ${dataDir}`, 'start it with `npm start`');
  if (!isRunning(instance.up)) {
    return problem('instance', `process ${instance.up.pid} of ${dataDir} is gone`, 'start it again with `npm start`');
  }
  const dead = Object.entries(instance.services).filter(([, mark]) => !isRunning(mark));
  if (dead.length === 0) return ok('instance', `${instance.url}, process ${instance.up.pid}, ${instance.state}`);
  const names = dead.map(([name]) => name).join(', ');
  return problem('instance', `not running: ${names}`, `look into ${dataDir}/logs; it is started again by itself`);
}
