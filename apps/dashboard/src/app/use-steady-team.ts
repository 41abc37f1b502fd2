import type { SignedIn } from '@telltale/contracts/http/sign-in';
import { useLocation, useMatches, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';

/**
 * Who may see every team begins with the one that was active last, and stays there whichever is active next: it is
 * written into the address.
 */
export function useSteadyTeam(who: SignedIn | null | undefined): void {
  const { team } = useSearch({ strict: false });
  const { pathname } = useLocation();
  // At an address that is no page, the page that says so is the root alone.
  const isPage = useMatches({ select: (matches) => matches.length > 1 });
  const navigate = useNavigate();
  const first = who?.team_id === '*' ? who.teams.find(({ agents }) => agents > 0)?.team_id : undefined;
  useEffect(() => {
    if (team !== undefined || first === undefined || pathname === '/sign-in' || !isPage) return;
    void navigate({ to: '.', search: (before) => ({ ...before, team: first }), replace: true });
  }, [team, first, pathname, isPage, navigate]);
}
