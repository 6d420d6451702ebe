import type { Price } from '@market/shared-types/models/price';

export function PriceTag({ price }: { price: Price }) {
  return <span title={price.id}>{price.cents / 100}</span>;
}
