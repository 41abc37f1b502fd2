import type { SignedIn } from '@telltale/contracts/http/sign-in';
import { lazy, Suspense } from 'react';

const Loaded = lazy(async () => ({ default: (await import('./palette.tsx')).PaletteDialog }));

/** The palette is loaded when it is first asked for. */
export function Palette(props: { who: SignedIn; open: boolean; onOpenChange: (open: boolean) => void }) {
  return props.open ? (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  ) : null;
}
