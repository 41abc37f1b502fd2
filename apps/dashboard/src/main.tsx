import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import { createCache } from './server/cache.ts';
import { applyTheme, chosenTheme } from './app/theme.ts';
import { createDashboardRouter } from './app/router.tsx';
import './app/register.ts';

// Compiled checks need eval, which the page's policy forbids.
config({ jitless: true });
applyTheme(chosenTheme());
const cache = createCache();
const router = createDashboardRouter(cache);
const place = document.getElementById('telltale');
if (place === null) throw new Error('the page has no place to draw in');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
