import { type AdminRoute, page, text } from './route.ts';

/** `LIVE` with 200; any other state with 503. */
export const ready: AdminRoute = {
  ...page('/ready', 'print server state, return 200 if LIVE, otherwise return 503', (_request, { view }) => {
    const { state } = view;
    return text(`${state}\n`, state === 'LIVE' ? 200 : 503);
  }),
  open: true,
};
