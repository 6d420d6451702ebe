import { describe, expect, it, vi } from 'vitest';
import { formatMoney } from '@acme/utils/formatting/format';

vi.mock('@acme/utils/date', () => ({ dayOf: () => 'today' }));

describe('formatMoney', () => {
  it('writes euros', () => {
    expect(formatMoney({ amount: 1250, currency: 'EUR' })).toContain('12,50');
  });
});
