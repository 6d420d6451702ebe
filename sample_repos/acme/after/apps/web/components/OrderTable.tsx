'use client';

import dynamic from 'next/dynamic';
import { formatMoney } from '@acme/utils/formatting/format';
import { dayOf } from '@acme/utils/date';
import { sma } from '@/lib/indicators';
import type { Order } from '@acme/shared-types/models/order';

const CartBadge = dynamic(() => import('./ui/cart-badge').then((module) => module.CartBadge));

export function OrderTable({ orders }: { orders: Order[] }) {
  return (
    <table>
      <caption>
        <CartBadge /> {sma(orders.map((order) => order.total.amount), 3).length}
      </caption>
      <tbody>
        {orders.map((order) => (
          <tr key={order.id}>
            <td>{dayOf(order.at)}</td>
            <td>{formatMoney(order.total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
