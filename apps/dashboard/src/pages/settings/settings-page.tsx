import { useQuery } from '@tanstack/react-query';
import { useTeam } from '../../app/use-team.ts';
import { sessionQuery } from '../../server/session.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { BudgetsSection } from './budgets-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { PricesSection } from './prices-section.tsx';
import { RetentionSection } from './retention-section.tsx';

/** What people set: who may do what, what may be spent, what a call costs, how long records are kept. */
export function SettingsPage() {
  const team = useTeam();
  const { data: who } = useQuery(sessionQuery);
  const mayChange = who?.scopes.includes('admin') === true;
  return (
    <div className="flex flex-col gap-4">
      <PageHead title="Settings" />
      {mayChange ? (
        <KeysSection team={team} />
      ) : (
        <EmptyState title="Keys are for who may administer">
          Sign in with a key of the scope admin to see and make keys.
        </EmptyState>
      )}
      <BudgetsSection team={team} mayChange={mayChange} />
      <PricesSection team={team} mayChange={mayChange} />
      <RetentionSection />
    </div>
  );
}
