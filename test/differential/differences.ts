/** Where Outrigger differs from Envoy 1.40 on purpose. Each stands in the README too. */

/** `case/exchange` → reason. */
const ANSWERS: ReadonlyMap<string, string> = new Map([
  ['plain routing/response with hop headers', 'fields that a response names in `connection` end here (RFC 9110 §7.6.1)'],
  ['plain routing/103 before 200', 'interim responses are forwarded; Envoy drops them without proxy_100_continue'],
  ['bad requests/good then bad', 'a request line without a version is malformed (RFC 9112 §3); Envoy takes it for HTTP/0.9'],
]);

/** [case, part of the line] of access-log lines that belong to those exchanges. */
const LOG_LINES: readonly (readonly [string, string])[] = [
  ['bad requests', '426 DPE low_version'],
  ['bad requests', '400 DPE http1.codec_error'],
  // Envoy logs the first address of a host, Outrigger the one that answered.
  ['clusters', 'other-family 200'],
  // Envoy gives no reason.
  ['clusters', 'with-no-option 503'],
];

/** [case, counters] that differ because those exchanges do. */
const COUNTERS: readonly (readonly [string, RegExp])[] = [
  ['plain routing', /downstream_rq_(?:1xx|completed)$/],
  // Outrigger closes after the refusal, Envoy waits for the client here.
  ['bad requests', /downstream_cx_destroy_(?:local|remote)$/],
  // Counts down from 2^64 - 1 where there is no limit.
  ['clusters', /^cluster\.(?:connections|pending|per-host|requests|retries)\..*\.remaining_cx_pools$/],
  // What the kernel takes at once is never above a limit.
  ['clusters', /^cluster\.small-buffer\.upstream_flow_control_/],
];

/** Counters of parts that Outrigger does not have, that count bytes of its own choosing, or that depend on how fast the client is. */
const STATS_LEFT_OUT =
  /^http\.async-client\.|_buffered$|_rx_bytes_total$|_tx_bytes_total$|\.tracing\.|_delayed_close_timeout$|http3|quic|\.rbac\./;

export function answerDiffers(name: string, exchange: string): string | undefined {
  return ANSWERS.get(`${name}/${exchange}`);
}

export function logDiffers(name: string, line: string): boolean {
  return LOG_LINES.some(([of, part]) => of === name && line.includes(part));
}

export function counterDiffers(name: string, counter: string): boolean {
  return STATS_LEFT_OUT.test(counter) || COUNTERS.some(([of, which]) => of === name && which.test(counter));
}
