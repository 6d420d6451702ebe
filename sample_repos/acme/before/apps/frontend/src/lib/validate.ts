import { MAX_ITEMS } from '@/constants/limits';

export function isValidQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity > 0 && quantity <= MAX_ITEMS;
}
