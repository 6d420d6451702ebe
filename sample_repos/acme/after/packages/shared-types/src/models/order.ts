import type { Money } from '@acme/shared-types/money';

export interface Order {
  id: number;
  at: string;
  total: Money;
}
