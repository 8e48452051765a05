/** Pages that change the state of the process, each answered with `OK`. */
import { type AdminRoute, text, verb } from './route.ts';

const OK = 'OK\n';

export const drainListeners: AdminRoute = verb(
  '/drain_listeners',
  'drain listeners',
  ({ params }, { view }) => {
    view.drainListeners({ inboundOnly: params.has('inboundonly'), graceful: params.has('graceful'), skipExit: params.has('skip_exit') });
    return text(OK);
  },
  [
    {
      name: 'graceful',
      help: 'tell connections to go away while listeners still accept, for the drain time, and only then close the listeners',
      oneOf: [],
    },
    { name: 'skip_exit', help: 'drain connections and never close the listeners; graceful makes no difference then', oneOf: [] },
    { name: 'inboundonly', help: 'only listeners with traffic_direction INBOUND', oneOf: [] },
  ],
);

export const quit: AdminRoute = verb('/quitquitquit', 'exit the server', (_request, { view }) => ({
  ...text(OK),
  // Quitting closes this very connection.
  after: () => view.quit(),
}));

export const healthcheckFail: AdminRoute = verb('/healthcheck/fail', 'cause the server to fail health checks', (_request, { view }) => {
  view.setHealthcheckFailed(true);
  return text(OK);
});

export const healthcheckOk: AdminRoute = verb('/healthcheck/ok', 'cause the server to pass health checks', (_request, { view }) => {
  view.setHealthcheckFailed(false);
  return text(OK);
});

export const resetCounters: AdminRoute = verb('/reset_counters', 'reset all counters to zero', async (_request, { view }) => {
  await view.resetCounters();
  return text(OK);
});

export const reopenLogs: AdminRoute = verb('/reopen_logs', 'reopen access logs', (_request, { view }) => {
  view.reopenLogs();
  return text(OK);
});
