import { limits } from '@telltale/contracts/limits';

/** What is said of a task becomes one record, and stands in it beside what the record has of its own. */
const ownBytes = 16 * 1024;
export const taskBodyLimit = limits.recordBytes - ownBytes;
