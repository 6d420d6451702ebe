import type { OrderResponse } from '@/types/api';
import { useCart } from './cartStore';

const BASE = process.env.NEXT_PUBLIC_API_URL ?? 'http://localhost:8000';

export async function loadOrder(id: number): Promise<OrderResponse> {
  const response = await fetch(`${BASE}/orders/${id}`, { headers: { 'x-cart': String(useCart.getState().items.length) } });
  return response.json();
}
