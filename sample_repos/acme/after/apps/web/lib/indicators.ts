export function sma(values: number[], period: number): number[] {
  return values.map((_, i) => values.slice(Math.max(0, i - period + 1), i + 1).reduce((a, b) => a + b, 0) / period);
}
