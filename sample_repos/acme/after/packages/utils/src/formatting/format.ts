import { LOCALE } from '@acme/constants/locale';
import type { Money } from '@acme/shared-types/money';

export function formatMoney({ amount, currency }: Money): string {
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency }).format(amount / 100);
}
