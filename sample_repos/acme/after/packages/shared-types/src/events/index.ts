export interface CartEvent {
  kind: 'added' | 'removed';
  item: string;
}
