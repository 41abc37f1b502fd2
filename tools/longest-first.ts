import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Starts the files of `tests/`, which drive the whole product and wait most, before the rest: one that started last would
 * keep a worker busy alone. On a clean clone vitest knows no durations to sort by.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      /\/tests\/[^/]+\/src\/|\/apps\/cli\/src\/up\//.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
