import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { SignInBody } from '@telltale/contracts/http/sign-in';
import { Brand } from '../../app/brand.tsx';
import { sessionQuery, signIn } from '../../server/session.ts';
import { Button } from '../../ui/button.tsx';
import { linkOf } from './link-of.ts';

/** Signs in with the one-time link of the address by itself, else with a pasted key. */
export function SignInPage() {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [key, setKey] = useState('');
  const tried = useRef(false);
  const enter = useMutation({
    mutationFn: (body: SignInBody) => signIn(body),
    onSuccess: (who) => {
      cache.setQueryData(sessionQuery.queryKey, who);
      if (location.pathname === '/sign-in') void navigate({ to: '/', replace: true });
    },
  });
  const { mutate } = enter;
  useEffect(() => {
    const link = linkOf(location.hash);
    if (link === null || tried.current) return;
    tried.current = true;
    history.replaceState(history.state, '', location.pathname + location.search);
    mutate({ link });
  }, [mutate]);

  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-6 px-5 pb-24">
      <div className="flex items-center gap-2">
        <Brand />
      </div>
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">Sign in</h1>
        <p className="pt-1 text-sm text-quiet">
          Open the link that <code className="font-mono text-xs">telltale up</code> printed, or paste a key.
        </p>
      </div>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== '') mutate({ key });
        }}
      >
        <label className="flex flex-col gap-1 text-sm font-medium">
          Key
          <input
            type="password"
            name="key"
            autoComplete="current-password"
            spellCheck={false}
            placeholder="tt_…"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            className="h-10 rounded-md border border-edge bg-panel px-3 font-mono text-sm font-normal"
          />
        </label>
        <Button type="submit" tone="primary" disabled={enter.isPending} className="h-10!">
          {enter.isPending ? 'Signing in …' : 'Sign in'}
        </Button>
        {enter.error === null ? null : (
          <p role="alert" className="text-sm text-bad">
            {enter.error.message}
          </p>
        )}
      </form>
      <p className="text-xs text-pretty text-quiet">
        On the machine that runs Telltale its own key lies in <code className="font-mono">.telltale/operator.key</code>.
        The browser keeps no key: it gets a session that ends when you sign out, or when the key is revoked.
      </p>
    </main>
  );
}
