import {
  Activity,
  CircleDollarSign,
  Cog,
  HeartPulse,
  ListTodo,
  MessagesSquare,
  Play,
  Timer,
  Wrench,
  type LucideIcon,
} from 'lucide-react';

type NavItem = {
  to: '/' | '/runs' | '/sessions' | '/tasks' | '/costs' | '/tools' | '/trouble' | '/health' | '/settings';
  label: string;
  icon: LucideIcon;
};

/** The pages that one can go to from everywhere, in the order of the sidebar. */
export const navItems: readonly NavItem[] = [
  { to: '/', label: 'Fleet', icon: Activity },
  { to: '/runs', label: 'Runs', icon: Play },
  { to: '/sessions', label: 'Sessions', icon: MessagesSquare },
  { to: '/tasks', label: 'Tasks', icon: ListTodo },
  { to: '/costs', label: 'Costs', icon: CircleDollarSign },
  { to: '/tools', label: 'Tools & services', icon: Wrench },
  { to: '/trouble', label: 'Slow & errors', icon: Timer },
  { to: '/health', label: 'Health & delivery', icon: HeartPulse },
  { to: '/settings', label: 'Settings', icon: Cog },
];
