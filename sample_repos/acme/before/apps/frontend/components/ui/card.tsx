import * as React from 'react';
import { cn } from '@/lib/utils';
import './card.css';

export function Card({ className, ...props }: React.HTMLAttributes<HTMLDivElement>) {
  return <div className={cn('card bg-surface', className)} {...props} />;
}
