import { Button } from '@harbor/ui/button';
import { Badge } from '@harbor/ui/components/badge';

export default function Page() {
  return (
    <Button>
      Ships <Badge count={3} />
    </Button>
  );
}
