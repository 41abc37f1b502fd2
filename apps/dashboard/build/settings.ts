import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { InlineConfig } from 'vite';
import { firstTheme } from './first-theme.ts';

export const workspace = fileURLToPath(new URL('..', import.meta.url));
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** What building and the development server share. No inline script or style: the gateway's policy forbids both. */
export const settings = {
  root: workspace,
  base: '/page/',
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  plugins: [react(), tailwind(), firstTheme()],
  build: {
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
} satisfies InlineConfig;
