import { PriceTag } from '@market/ui/components/PriceTag';
import type { Price } from '@market/shared-types/models/price';

const PRICES: Price[] = [{ id: 'pear', cents: 90 }];

export default function Page() {
  return <>{PRICES.map((price) => <PriceTag key={price.id} price={price} />)}</>;
}
