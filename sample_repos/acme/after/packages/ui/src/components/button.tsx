'use client';

import * as React from 'react';
import { cn } from '@acme/utils/utils';

export interface ButtonProps extends React.ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: 'plain' | 'loud';
}

export function Button({ tone = 'plain', className, ...props }: ButtonProps) {
  return <button className={cn('rounded-2xl px-4', tone === 'loud' && 'bg-brand', className)} {...props} />;
}
