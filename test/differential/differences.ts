/** Where Outrigger differs from Envoy 1.40 on purpose. Each line stands in the README too. */

/** [case, exchange] → reason. */
const ANSWERS: ReadonlyMap<string, string> = new Map<string, string>([]);

/** [case, part of the line] of access-log lines that belong to those exchanges. */
const LOG_LINES: readonly (readonly [string, string])[] = [];

/** Counters of parts that Outrigger does not have, or that count bytes of its own choosing. */
export const STATS_LEFT_OUT = /_buffered$|_rx_bytes_total$|_tx_bytes_total$|\.tracing\.|\.downstream_cx_(?:length|max)|http3|quic|\.rbac\./;

export function answerDiffers(name: string, exchange: string): string | undefined {
  return ANSWERS.get(`${name}/${exchange}`);
}

export function logDiffers(name: string, line: string): boolean {
  return LOG_LINES.some(([of, part]) => of === name && line.includes(part));
}
