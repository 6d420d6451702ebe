'use client';

import { useCart } from '@/lib/cartStore';

export function CartBadge() {
  const count = useCart((state) => state.items.length);
  return <span className="text-sm">{count}</span>;
}
