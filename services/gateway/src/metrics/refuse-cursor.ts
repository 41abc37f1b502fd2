import { TelltaleError } from '@telltale/contracts/errors';

/** Rankings are cut by offset alone: their order moves with every call, so no place in them lasts. */
export function refuseCursor(cursor: string | undefined): void {
  if (cursor === undefined) return;
  throw new TelltaleError('invalid_cursor', 'the cursor is not one of this list, which has none; use offset', {
    errors: [{ parameter: 'cursor', code: 'invalid_cursor', detail: 'is never given by this list' }],
  });
}
