import type { Order } from '@acme/shared-types/models/order';

export interface OrderResponse {
  data: Order;
}
