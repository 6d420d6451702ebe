import { describe, expect, it, vi } from 'vitest';
import { formatMoney } from '../lib/format';

vi.mock('../lib/date', () => ({ dayOf: () => 'today' }));

describe('formatMoney', () => {
  it('writes euros', () => {
    expect(formatMoney({ amount: 1250, currency: 'EUR' })).toContain('12,50');
  });
});
