import { PriceTag } from '../../storefront/components/PriceTag';
import type { Price } from '../../storefront/models/price';

const PRICES: Price[] = [{ id: 'pear', cents: 90 }];

export default function Page() {
  return <>{PRICES.map((price) => <PriceTag key={price.id} price={price} />)}</>;
}
