import { z } from 'zod';
import { instant } from './query.ts';

/** What a program of a run may show at `/mcp`: it sees that run and nothing else. */
export const runTokenAnswer = z.object({ token: z.string(), run_id: z.string(), expires_at: instant });
