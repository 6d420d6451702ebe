import { Card } from '@acme/ui/components/card';
import { OrderTable } from '@/components/OrderTable';
import type { Order } from '@acme/shared-types/models/order';

const ORDERS: Order[] = [];

export default function Orders() {
  return (
    <Card>
      <OrderTable orders={ORDERS} />
    </Card>
  );
}
