import type { Order } from './order';

export interface OrderResponse {
  data: Order;
}
