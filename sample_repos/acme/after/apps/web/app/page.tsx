import Link from 'next/link';
import { Button } from '@acme/ui/components/button';
import { ROUTES } from '@acme/constants/routes';

export default function Page() {
  return (
    <Link href={ROUTES.orders}>
      <Button>Orders</Button>
    </Link>
  );
}
