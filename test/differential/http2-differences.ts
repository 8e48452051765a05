/** Where Outrigger differs from Envoy 1.40 on purpose when HTTP/2 is spoken. Each stands in a README too. */

/** `case/exchange` → reason. */
const ANSWERS: ReadonlyMap<string, string> = new Map([]);

/**
 * Of Envoy's choice of library, of features that are not here, or of who is faster: Outrigger ends an idle connection when its client
 * has said GOAWAY, Envoy waits for the client to do it.
 */
const STATS_LEFT_OUT =
  /^http\.async-client\.|_buffered$|_rx_bytes_total$|_tx_bytes_total$|\.tracing\.|_delayed_close_timeout$|http3|quic|\.rbac\.|\.(?:nghttp2|oghttp2)_|downstream_cx_destroy_(?:local|remote)$|cookies_total_bytes_too_large$/;

/** [case, counters]: Envoy ends a connection that has had its last request in the middle of a read, and takes the rest for an error. */
const COUNTERS: readonly (readonly [string, RegExp])[] = [['retries and max_requests_per_connection', /upstream_cx_protocol_error$/]];

export function answerDiffers(name: string, exchange: string): string | undefined {
  return ANSWERS.get(`${name}/${exchange}`);
}

export function counterDiffers(name: string, counter: string): boolean {
  return STATS_LEFT_OUT.test(counter) || COUNTERS.some(([of, which]) => of === name && which.test(counter));
}
