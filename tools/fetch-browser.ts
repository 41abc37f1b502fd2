import { findChromium } from '../libs/testkit/src/chromium.ts';

/** Has the tests' browser ready before they begin: fetching it takes longer than a test may. */
await findChromium();
