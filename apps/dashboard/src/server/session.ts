import { TelltaleError } from '@telltale/contracts/errors';
import { signedIn, type SignInBody, type SignedIn } from '@telltale/contracts/http/sign-in';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { askPage } from './page-client.ts';

async function readSession(): Promise<SignedIn | null> {
  try {
    return await askPage('/page/session', signedIn);
  } catch (error) {
    if (error instanceof TelltaleError && error.code === 'unauthenticated') return null;
    throw error;
  }
}

/** Who is signed in, and the teams there are; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: readSession,
  staleTime: 30_000,
  refetchInterval: 60_000,
});

export const signIn = (body: SignInBody): Promise<SignedIn> =>
  askPage('/page/session', signedIn, { method: 'POST', body });

export const renewSession = (): Promise<undefined> => askPage('/page/session/renew', z.undefined(), { method: 'POST' });

export const signOut = (everywhere: boolean): Promise<undefined> =>
  askPage(`/page/session${everywhere ? '?everywhere=true' : ''}`, z.undefined(), { method: 'DELETE' });
