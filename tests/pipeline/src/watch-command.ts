import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot, type Product } from './start-product.ts';

/** Says back what it is told, one line at a time; `burn` keeps a core busy until it is told something else. */
const script = `
let isBusy = false;
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  isBusy = line === 'burn';
  console.log(line);
}).on('close', () => process.exit(0));
setInterval(() => { for (const end = Date.now() + 45; isBusy && Date.now() < end;); }, 50);
`;

/** A real command under `telltale run`, as agent `agent`, that prints each line it is given. */
export function watchCommand(product: Product, agent: string) {
  const cli = join(repositoryRoot, 'apps/cli/src/main.ts');
  const argv = [cli, 'run', '--agent', agent, '--', process.execPath, '-e', script];
  const env = {
    ...product.env,
    TELLTALE_URL: product.url,
    TELLTALE_API_KEY: product.key,
    TELLTALE_SAMPLE_INTERVAL: '1s',
  };
  const child = spawn(process.execPath, argv, { cwd: product.env.HOME, env, stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise((done) => child.once('exit', done));
  return {
    say: (line: string): void => void child.stdin.write(`${line}\n`),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
