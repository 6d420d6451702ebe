import type { Money } from './money';

export interface Order {
  id: number;
  at: string;
  total: Money;
}
