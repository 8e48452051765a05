import t from 'tap';
import { FAULTS } from '../http/faults.ts';
import { afterResponseStarted, withTransportReason } from './upstream-faults.ts';

t.test('details say whether the response had begun', (t) => {
  t.equal(afterResponseStarted(FAULTS.CONNECTION_TERMINATION).details, 'upstream_reset_after_response_started{connection_termination}');
  t.equal(afterResponseStarted(FAULTS.CONNECTION_TERMINATION), afterResponseStarted(FAULTS.CONNECTION_TERMINATION), 'one constant');
  t.equal(afterResponseStarted(FAULTS.UPSTREAM_TIMEOUT), FAULTS.UPSTREAM_TIMEOUT);
  t.end();
});

t.test('the reason of the transport is part of the details, without blanks', (t) => {
  t.equal(
    withTransportReason(FAULTS.CONNECT_FAILURE, 'delayed connect error: Connection refused').details,
    'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}',
  );
  t.match(withTransportReason(FAULTS.CONNECT_FAILURE, 'x'), { code: 'CONNECT_FAILURE', http: 503, body: FAULTS.CONNECT_FAILURE.body });
  t.equal(withTransportReason(FAULTS.CONNECT_TIMEOUT, ''), FAULTS.CONNECT_TIMEOUT);
  t.equal(withTransportReason(FAULTS.UPSTREAM_TIMEOUT, 'x'), FAULTS.UPSTREAM_TIMEOUT);
  t.end();
});
