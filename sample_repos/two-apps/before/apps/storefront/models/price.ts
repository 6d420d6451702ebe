export interface Price {
  id: string;
  cents: number;
}
