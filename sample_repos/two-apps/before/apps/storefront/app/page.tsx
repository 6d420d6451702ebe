import { PriceTag } from '../components/PriceTag';

export default function Page() {
  return <PriceTag price={{ id: 'apple', cents: 120 }} />;
}
