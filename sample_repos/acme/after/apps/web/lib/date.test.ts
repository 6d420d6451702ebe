import { expect, it } from 'vitest';
import { dayOf } from '@acme/utils/date';

it('takes the day', () => {
  expect(dayOf('2025-10-08T12:00:00Z')).toBe('2025-10-08');
});
