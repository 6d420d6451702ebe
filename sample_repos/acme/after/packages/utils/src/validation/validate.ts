import { MAX_ITEMS } from '@acme/constants/limits';

export function isValidQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity > 0 && quantity <= MAX_ITEMS;
}
