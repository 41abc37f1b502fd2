import { processName } from '@telltale/contracts/records/told-process';
import { textOf, type Attributes } from '../attributes.ts';
import { clip } from './draft.ts';

/** Which process sent an item, as far as its resource says. */
export const processOf = (resource: Attributes): string | undefined =>
  clip(processName(textOf(resource, 'process.pid'), textOf(resource, 'service.instance.id')));
