import { isValidQuantity } from '@acme/utils/validation/validate';

let last = 1;

export function remember(quantity: number): number {
  last = isValidQuantity(quantity) ? quantity : last;
  return last;
}
