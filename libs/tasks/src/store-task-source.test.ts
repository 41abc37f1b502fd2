import { afterAll, beforeAll } from 'vitest';
import { describeTaskSource } from './task-source-conformance.ts';
import { openDeskRig, type DeskRig } from './test-support/desk-rig.ts';

let rig: DeskRig;
beforeAll(async () => {
  rig = await openDeskRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

describeTaskSource(() => rig);
