export function sma(values: number[], period: number): number[] {
  return values.filter((_, i) => i >= period);
}
