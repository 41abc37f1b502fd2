import type { SignedIn } from '@telltale/contracts/http/sign-in';
import { Link } from '@tanstack/react-router';
import { Brand } from './brand.tsx';
import { navItems } from './nav-items.ts';

const link =
  'flex items-center gap-2.5 rounded-md text-quiet hover:bg-raised hover:text-ink data-[status=active]:bg-raised data-[status=active]:text-ink data-[status=active]:font-medium';

/** The way around: a column on wide screens, a bar at the bottom of narrow ones. */
export function Sidebar({ who }: { who: SignedIn }) {
  return (
    <>
      <nav
        aria-label="Pages"
        className="sticky top-0 hidden h-dvh flex-col gap-0.5 border-r border-line bg-ground px-2.5 py-3 md:flex"
      >
        <Link to="/" className="mb-3 flex items-center gap-2 rounded-md px-2 py-1">
          <Brand />
        </Link>
        {navItems.map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className={`${link} px-2 py-1.5 text-sm`}
          >
            <Icon aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
            {label}
          </Link>
        ))}
        <p className="mt-auto px-2 text-2xs text-quiet">version {who.version}</p>
      </nav>
      <nav
        aria-label="Pages"
        className="fixed inset-x-0 bottom-0 z-30 flex gap-1 overflow-x-auto border-t border-line bg-panel px-2 py-1.5 md:hidden"
      >
        {navItems.map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className={`${link} min-w-16 flex-col gap-0.5! px-1.5 py-1 text-2xs whitespace-nowrap`}
          >
            <Icon aria-hidden className="size-4.5" strokeWidth={1.75} />
            {label.split(' ')[0]}
          </Link>
        ))}
      </nav>
    </>
  );
}
