/** Counts a response head, interim ones too, when it goes to the codec. */
import type { ConnectionManagerSettings } from './settings.ts';
import { CLASS_SLOT, CONNECTION_MANAGER_STATS, LISTENER_CLASS_SLOT, LISTENER_HTTP_STATS } from './stats.ts';

const COMPLETED = CONNECTION_MANAGER_STATS.slot.downstream_rq_completed;
const LISTENER_COMPLETED = LISTENER_HTTP_STATS.slot.downstream_rq_completed;

export function countResponse(settings: ConnectionManagerSettings, status: number): void {
  const { stats, listenerStats } = settings;
  stats.inc(COMPLETED);
  listenerStats.inc(LISTENER_COMPLETED);
  const group = (status / 100) | 0;
  if (group < 1 || group > 5) return;
  stats.inc(CLASS_SLOT[group] as number);
  listenerStats.inc(LISTENER_CLASS_SLOT[group] as number);
}
