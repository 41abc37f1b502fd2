import { openTelltale } from '../wrap/open-telltale.ts';

/** An agent that ends at once: by itself, by a signal that it sends itself, by `process.exit` or by an error. */
const [url = '', spoolRoot = '', how = 'itself'] = process.argv.slice(2);
const telltale = await openTelltale({ url, apiKey: 'key', identity: { agent_id: 'short' }, spoolRoot });
const add = telltale.tool('add', (a: number) => a + 1);
for (let index = 0; index < 250; index += 1) add(index);
if (how === 'signal') process.kill(process.pid, 'SIGTERM');
if (how === 'exit') process.exit(3);
if (how === 'error') throw new Error('on purpose');
