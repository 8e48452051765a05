import { writeFileSync } from 'node:fs';
import type { AdminServer } from '../admin/server.ts';
import type { AdminView } from '../admin/view.ts';
import { formatAddress } from '../base/address.ts';
import type { Problem } from '../base/errors.ts';
import type { Loggers } from '../base/log.ts';
import { systemMessage } from '../net/socket-errors.ts';
import type { StaticConfiguration } from '../runtime/bootstrap.ts';

export type OpenedAdmin = { readonly server: AdminServer } | { readonly problem: Problem };

/** Starts the admin server and writes its real address to `addressPath` ('': nowhere). Loaded when it is needed: traffic does not wait. */
export async function openAdmin(
  { address, mode, allows }: NonNullable<StaticConfiguration['admin']>,
  view: AdminView,
  loggers: Loggers,
  addressPath: string,
): Promise<OpenedAdmin> {
  const { startAdmin } = await import('../admin/server.ts');
  try {
    const server = await startAdmin({ address, mode, view, loggers, ...(allows === undefined ? {} : { allows }) });
    if (addressPath !== '') writeFileSync(addressPath, formatAddress(server.address));
    return { server };
  } catch (error) {
    const message = `cannot bind '${formatAddress(address)}': ${systemMessage(error as NodeJS.ErrnoException)}`;
    return { problem: { code: 'io', path: 'admin.address', message, hint: 'choose another port; 0 takes any that is free' } };
  }
}
