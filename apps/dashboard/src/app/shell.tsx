import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';
import { renewSession, sessionQuery } from '../server/session.ts';
import { Answer } from '../ui/answer.tsx';
import { Opening } from './opening.tsx';
import { Sidebar } from './sidebar.tsx';
import { Topbar } from './topbar.tsx';
import { useKeyboard } from './use-keyboard.ts';
import { useSteadyTeam } from './use-steady-team.ts';
import { Palette } from './palette-loader.tsx';

const renewEveryMs = 15 * 60_000;

/** The frame around every page: who is signed in decides whether there is one. */
export function Shell() {
  const session = useQuery(sessionQuery);
  const palette = useKeyboard();
  useSteadyTeam(session.data);
  const isSignedIn = session.data !== null && session.data !== undefined;
  useEffect(() => {
    if (!isSignedIn) return undefined;
    const renew = (): void => void renewSession().catch(() => undefined);
    renew();
    const timer = setInterval(renew, renewEveryMs);
    return () => clearInterval(timer);
  }, [isSignedIn]);

  if (session.data === undefined && session.error === null) return <Opening />;
  return (
    <Answer query={session}>
      {(who) =>
        who === null ? (
          <SignInPage />
        ) : (
          <div className="min-h-dvh md:grid md:grid-cols-[12.5rem_minmax(0,1fr)]">
            <a
              href="#page"
              className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded focus:bg-panel focus:p-2"
            >
              Skip to the page
            </a>
            <Sidebar who={who} />
            <div className="flex min-w-0 flex-col">
              <Topbar who={who} onPalette={() => palette.setOpen(true)} />
              <main id="page" tabIndex={-1} className="min-w-0 flex-1 px-4 pt-1 pb-24 outline-none md:px-6 md:pb-10">
                <Outlet />
              </main>
            </div>
            <Palette who={who} open={palette.open} onOpenChange={palette.setOpen} />
          </div>
        )
      }
    </Answer>
  );
}
