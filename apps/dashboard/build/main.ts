import { buildDashboard } from './build-dashboard.ts';

/** Builds what the gateway serves, when its sources changed: `telltale up` and the image do this by themselves. */
const from = performance.now();
const outcome = await buildDashboard();
const seconds = ((performance.now() - from) / 1000).toFixed(1);
process.stdout.write(outcome === 'built' ? `the dashboard is built (${seconds} s)\n` : 'the dashboard is up to date\n');
