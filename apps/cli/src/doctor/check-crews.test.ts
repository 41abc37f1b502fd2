import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkCrews } from './check-crews.ts';

test('a file of crews that is right is listed, one that is not is told of with its places, and none is nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'telltale-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'crews.yaml');
  expect(checkCrews(folder, undefined)).toEqual([]);
  writeFileSync(file, 'crews: { nightly: { argv: [make, all] } }\n');
  expect(checkCrews(folder, undefined)).toMatchObject([{ status: 'ok', details: `${file}: codegen, nightly` }]);
  writeFileSync(file, "crews: { nightly: { argv: [sh, -c, '{what}'], concurrency: 0 } }\n");
  const [wrong] = checkCrews(folder, undefined);
  expect(wrong).toMatchObject({ name: 'crews', status: 'problem' });
  expect(wrong?.details).toContain('crews.nightly.concurrency');
  expect(wrong?.details).toContain('crews.nightly.argv[2]');
  const gone = join(folder, 'gone.yaml');
  expect(checkCrews(folder, gone)).toMatchObject([{ status: 'problem', details: expect.stringContaining(gone) }]);
});
