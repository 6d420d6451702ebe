import './index.css';
import { createRoot } from 'react-dom/client';
import { Panel } from '@/components/ui/panel';
import { truncate } from '@/utils/text';

createRoot(document.getElementById('root')!).render(<Panel title={truncate('Pocket money', 6)} />);
