import './index.css';
import { createRoot } from 'react-dom/client';
import { Panel } from '@pocket/ui/components/panel';
import { truncate } from '@pocket/utils/text';

createRoot(document.getElementById('root')!).render(<Panel title={truncate('Pocket money', 6)} />);
