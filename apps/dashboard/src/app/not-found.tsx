import { Link } from '@tanstack/react-router';
import { EmptyState } from '../ui/empty-state.tsx';

export function NotFound() {
  return (
    <EmptyState title="There is no such page">
      The address may be of another version.{' '}
      <Link to="/" className="text-accent underline">
        Go to the fleet
      </Link>
    </EmptyState>
  );
}
