import { truncate } from '@/utils/text';

export function Panel({ title }: { title: string }) {
  return <section className="p-4">{truncate(title, 40)}</section>;
}
