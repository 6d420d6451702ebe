import * as React from 'react';
import { cn } from '@acme/utils/utils';
import './card.css';

export function Card({ className, ...props }: React.HTMLAttributes<HTMLDivElement>) {
  return <div className={cn('card bg-surface', className)} {...props} />;
}
