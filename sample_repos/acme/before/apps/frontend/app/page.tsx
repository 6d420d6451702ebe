import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { ROUTES } from '@/constants/routes';

export default function Page() {
  return (
    <Link href={ROUTES.orders}>
      <Button>Orders</Button>
    </Link>
  );
}
