/** What `--from` and `--to` name: `:3000`, `3000`, `localhost:3000`, `10.0.0.7:80`, `[::1]:80`, each with `http://` in front or without. */
export interface Endpoint {
  /** As it was given. */
  readonly text: string;
  /** An IP address or a name; the loopback address where only a port was given. */
  readonly host: string;
  readonly port: number;
}

/** One `--from` with its `--to`. */
export interface Pair {
  readonly from: Endpoint;
  readonly to: Endpoint;
}

const LOOPBACK = '127.0.0.1';
const FORM = /^(?:(?<host>\[[0-9a-fA-F:.]+\]|[^\s:/[\]]*):)?(?<port>\d{1,5})$/;

/** An endpoint, or what is wrong with the text and what to do. */
export function parseEndpoint(flag: '--from' | '--to', text: string): Endpoint | string {
  const [, scheme = '', rest = ''] = /^(?:([a-zA-Z][\w+.-]*):\/\/)?(.*)$/.exec(text) ?? [];
  if (/^https$/i.test(scheme)) return `${flag} ${text}: ${flag === '--to' ? TLS_TO : TLS_FROM}`;
  if (scheme !== '' && !/^http$/i.test(scheme))
    return `${flag} ${text}: only http is spoken here; write a file for ${scheme}, and run it with -c`;
  const plain = rest.replace(/\/$/, '');
  if (plain.includes('/')) return `${flag} ${text}: a path cannot be given here; write ${plain.slice(0, plain.indexOf('/'))}`;
  const match = FORM.exec(plain);
  if (match === null) {
    const guess = scheme !== '' || /^[\w.-]+$/.test(plain) ? `, e.g. ${plain}:${flag === '--to' ? 3000 : 8080}` : '';
    return `${flag} ${text}: a port is needed${guess || '; write :8080, localhost:3000 or 10.0.0.7:80'}`;
  }
  const host = (match.groups?.['host'] ?? '').replace(/^\[|\]$/g, '');
  const port = Number(match.groups?.['port']);
  if (port > 65_535) return `${flag} ${text}: ports end at 65535`;
  if (port === 0 && flag === '--to') return `${flag} ${text}: name the port on which the service listens`;
  return { text, host: host === '' || host === 'localhost' ? LOOPBACK : host, port };
}

const TLS_TO =
  'TLS to a service cannot be written with --to; write a file whose cluster has an UpstreamTlsContext, and run it with -c ' +
  '(examples/two-pods/sidecar.yaml has one)';
const TLS_FROM =
  'certificates cannot be given with --from; write a file whose listener has a DownstreamTlsContext, and run it with -c ' +
  '(examples/two-pods/sidecar.yaml has one)';

/** The first `--from` goes with the first `--to`, and so on. */
export function parsePairs(from: readonly string[], to: readonly string[], errors: string[]): Pair[] {
  if (from.length !== to.length) {
    const [more, less] = from.length > to.length ? ['--from', '--to'] : ['--to', '--from'];
    errors.push(
      `each --from goes with one --to; ${more} ${(more === '--from' ? from : to)[Math.min(from.length, to.length)]} has no ${less}`,
    );
  }
  const read = (flag: '--from' | '--to', texts: readonly string[]): (Endpoint | null)[] =>
    texts.map((text) => {
      const endpoint = parseEndpoint(flag, text);
      if (typeof endpoint !== 'string') return endpoint;
      errors.push(endpoint);
      return null;
    });
  const targets = read('--to', to);
  return read('--from', from).flatMap((each, i) => {
    const target = targets[i];
    return each === null || target == null ? [] : [{ from: each, to: target }];
  });
}
