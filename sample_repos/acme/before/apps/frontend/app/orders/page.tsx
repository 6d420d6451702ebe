import { Card } from '../../components/ui/card';
import { OrderTable } from '@/components/OrderTable';
import type { Order } from '@/types/order';

const ORDERS: Order[] = [];

export default function Orders() {
  return (
    <Card>
      <OrderTable orders={ORDERS} />
    </Card>
  );
}
