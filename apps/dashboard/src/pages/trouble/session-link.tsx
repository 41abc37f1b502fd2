import { Link } from '@tanstack/react-router';

export function SessionLink({ id }: { id: string | null }) {
  if (id === null) return '–';
  return (
    <Link
      data-nav
      to="/sessions/$id"
      params={{ id }}
      className="block max-w-64 truncate hover:text-accent hover:underline"
    >
      {id}
    </Link>
  );
}
