import { runChecks, type Check } from './verify/run-checks.ts';
import './measure-files.ts';

/** Everything that needs no database, side by side. Each line is one written rule's enforcer. */
const checks: Check[] = [
  { name: 'format', argv: ['oxfmt', '--check'] },
  { name: 'lint and fences', argv: ['oxlint', '--type-aware', '--quiet'] },
  { name: 'dead code', argv: ['knip', '--strict', '--no-progress'] },
  { name: 'one version of each dependency', argv: ['sherif'] },
  { name: 'types', argv: ['turbo', 'run', 'typecheck', '--output-logs=errors-only', '--log-order=grouped'] },
  { name: 'types of the tools', argv: ['tsc', '-p', 'tools/tsconfig.json'] },
  { name: 'docs', argv: ['node', 'tools/check-docs.ts'] },
];

const failed = await runChecks(checks);
process.exitCode = failed === 0 ? 0 : 1;
