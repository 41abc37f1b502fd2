import { openTelltale } from '../wrap/open-telltale.ts';

/** An agent that ends at once: by itself, or by a signal that it sends itself. */
const [url = '', spoolRoot = '', how = 'itself'] = process.argv.slice(2);
const telltale = await openTelltale({ url, apiKey: 'key', identity: { agent_id: 'short' }, spoolRoot });
const add = telltale.tool('add', (a: number) => a + 1);
for (let index = 0; index < 250; index += 1) add(index);
if (how === 'signal') process.kill(process.pid, 'SIGTERM');
